import { type Credential, CREDENTIAL_TYPES } from '../model/credential.ts';
import { oneOf } from './columns.ts';

/** The columns of a credential that anybody may see. */
export interface CredentialRow {
  readonly id: string;
  readonly name: string;
  readonly credential_type: string;
  readonly username: string | null;
  readonly encryption_key_id: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export function toCredential(row: CredentialRow): Credential {
  return {
    id: row.id,
    name: row.name,
    type: oneOf(CREDENTIAL_TYPES, row.credential_type, 'credentials.credential_type'),
    username: row.username,
    keyId: row.encryption_key_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
