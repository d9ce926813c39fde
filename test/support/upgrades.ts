import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import type { Actor, Operator } from '../../source/model/operator.ts';
import type { Role } from '../../source/model/role.ts';
import { type Database, openDatabase, type OrganizationScope } from '../../source/postgres/database.ts';
import { openEmbeddedStore } from '../../source/telemetry/embedded/embedded-store.ts';
import type { TelemetryStore } from '../../source/telemetry/store.ts';
import type { UpgradeRequest } from '../../source/upgrades/request.ts';
import type { RequestServices } from '../../source/upgrades/services.ts';
import type { TestDatabase } from './postgres.ts';
import type { Seed } from './seed.ts';

/** The parts that requests and decisions work with, over a seeded test database. */
export interface UpgradeWorld {
  readonly seed: Seed;
  readonly database: Database;
  readonly telemetry: TelemetryStore;
  readonly scope: OrganizationScope;
  readonly services: RequestServices;
  /** Somebody who acts, in their role. */
  readonly as: Readonly<Record<'ana' | 'ben' | 'cy' | 'ada', Actor>>;
}

/** Call it once at the top of a test file, after `useDatabase`. What it returns is filled in before the first test. */
export function useUpgradeWorld(test: TestDatabase): () => UpgradeWorld {
  let world: UpgradeWorld | null = null;
  const opened: Database[] = [];
  beforeAll(async () => {
    const seed = await test.seed();
    const database = openDatabase(test.settings('app_user'));
    const worker = openDatabase(test.settings('netup_worker'));
    opened.push(database, worker);
    const telemetry = openEmbeddedStore(worker);
    const scope = database.organization(seed.acme.id);
    const services = { scope, telemetry, now: () => new Date() };
    const as = {
      ana: actor(seed.ana, 'approver'),
      ben: actor(seed.ben, 'operator'),
      cy: actor(seed.cy, 'viewer'),
      ada: actor(seed.ada, 'admin'),
    };
    world = { seed, database, telemetry, scope, services, as };
  });
  afterAll(async () => {
    await Promise.all(opened.map((database) => database.close()));
  });
  return () => {
    if (world === null) throw new Error('The world is there once the tests have begun.');
    return world;
  };
}

function actor(operator: Operator, role: Role): Actor {
  return { operator, role, source: 'console', correlationId: `test-${operator.name}` };
}

/** A request to start now, with a key of its own; each router with the same image. */
export function aRequest(
  routerIds: readonly string[],
  imageId: string,
  change: Partial<UpgradeRequest> = {},
): UpgradeRequest {
  return {
    routerIds,
    imageIds: new Map(routerIds.map((id) => [id, imageId])),
    schedule: { kind: 'now' },
    idempotencyKey: randomUUID(),
    ...change,
  };
}
