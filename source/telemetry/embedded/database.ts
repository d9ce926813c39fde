import type { Database } from '../../postgres/database.ts';

/** What the embedded store needs of a database: connections for one organization each, and one for none. */
export type TelemetryDatabase = Pick<Database, 'address' | 'organization' | 'unscoped' | 'ping'>;
