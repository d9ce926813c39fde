import type postgres from 'postgres';
import { readEncryptionKeys } from '../config/encryption-keys.ts';
import { addCredential } from '../postgres/credentials.ts';
import { openDatabase } from '../postgres/database.ts';
import { demoSettings } from './demo-database.ts';
import { demoKeyVariables } from './demo-environment.ts';
import type { DemoSecrets } from './demo-secrets.ts';
import type { EmbeddedServer } from './embedded-server.ts';

const NAME = 'demo-snmp';

/** Stores how the devices' agents are asked with every organization that has no SNMP credential. */
export async function storeDemoCredentials(
  admin: postgres.Sql,
  server: EmbeddedServer,
  secrets: DemoSecrets,
): Promise<void> {
  const missing = await admin<{ id: string }[]>`
    SELECT o.id FROM organizations AS o
    WHERE NOT EXISTS (SELECT FROM credentials AS c WHERE c.organization_id = o.id AND c.credential_type LIKE 'snmp%')`;
  if (missing.length === 0) return;
  const keys = readEncryptionKeys(demoKeyVariables(secrets));
  const database = openDatabase(demoSettings(server, server.adminUser, server.adminPassword));
  try {
    for (const { id } of missing) {
      const entry = { name: NAME, type: 'snmp_v2c', username: null, secret: secrets.snmpCommunity } as const;
      await addCredential(database.organization(id), null, keys, entry);
    }
  } finally {
    await database.close();
  }
}
