import type postgres from 'postgres';

/** What the embedded store needs of `postgres/`: connections that work for one organization each. */
export interface TelemetryDatabase {
  organization(organizationId: string): { readonly sql: postgres.Sql };
  /** Works for no organization. */
  readonly unscoped: postgres.Sql;
  /** Milliseconds. */
  ping(): Promise<number>;
}
