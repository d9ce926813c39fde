import { cleanLine } from '../../model/text.ts';
import { DatabaseUnavailable } from '../../postgres/database.ts';
import { TelemetryUnavailable } from '../store.ts';

/** The embedded store's failures. */
export class EmbeddedUnavailable extends TelemetryUnavailable {
  /** PostgreSQL's SQLSTATE or the system's error code; null if neither said anything. */
  readonly code: string | null;

  constructor(address: string, why: unknown) {
    const detail = why instanceof Error ? cleanLine(why.message).trim() : 'unknown error';
    // The database's own sentence says where it is.
    super(
      why instanceof DatabaseUnavailable ? detail : `Telemetry in PostgreSQL at ${address} cannot be used: ${detail}`,
    );
    this.code = why instanceof Error && 'code' in why && typeof why.code === 'string' ? why.code : null;
  }
}
