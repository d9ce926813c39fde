/** Where the test run's PostgreSQL is. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly adminUser: string;
  readonly adminPassword: string;
}

/** Name of the migrated database that test files copy. */
export const TEMPLATE = 'netup_template';

/** All four roles can log in with it: the server is on loopback, and gone after the run. */
export const ROLE_PASSWORD = 'only-for-tests';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: ServerAddress;
    campaign: { readonly seed?: number; readonly runs?: number };
  }
}
