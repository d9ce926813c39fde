import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import type { Actor, Operator } from '../../source/model/operator.ts';
import type { Role } from '../../source/model/role.ts';
import { type Database, openDatabase, type OrganizationScope } from '../../source/postgres/database.ts';
import type { TestDatabase } from './postgres.ts';
import type { Seed } from './seed.ts';

/** A seeded database as the console sees it: logged in as app_user, once for each organization. */
export interface SeededScopes {
  readonly seed: Seed;
  readonly database: Database;
  readonly acme: OrganizationScope;
  readonly globex: OrganizationScope;
}

/** Call it once at the top of a test file, after `useDatabase`; the function returns the scopes within tests. */
export function useScopes(support: TestDatabase): () => SeededScopes {
  let scopes: SeededScopes | null = null;
  beforeAll(async () => {
    const seed = await support.seed();
    const database = openDatabase(support.settings('app_user'));
    const [acme, globex] = [database.organization(seed.acme.id), database.organization(seed.globex.id)];
    scopes = { seed, database, acme, globex };
  });
  afterAll(() => scopes?.database.close());
  return () => {
    if (scopes === null) throw new Error('The scopes are there within tests only.');
    return scopes;
  };
}

/** Somebody at the console. */
export function actorOf(operator: Operator, role: Role): Actor {
  return { operator, role, source: 'console', correlationId: randomUUID() };
}
