import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import type { Seed } from '../../test/support/seed.ts';
import { type Logger, openLog } from '../config/log.ts';
import { openStoredPreferences, type StoredPreferences } from './stored-preferences.ts';

const embedded = useDatabase();
const folder = mkdtempSync(path.join(tmpdir(), 'netup-preferences-'));
let seed: Seed;
let database: Database;
let log: Logger;

beforeAll(async () => {
  seed = await embedded.seed();
  database = openDatabase(embedded.settings('app_user'));
  log = openLog({ state: folder, config: folder, log: path.join(folder, 'log') });
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (organizationId: string): Promise<StoredPreferences> =>
  openStoredPreferences(database.organization(organizationId), seed.ana.id, log);

test('preferences follow their operator from organization to organization', async () => {
  const preferences = await open(seed.acme.id);
  preferences.set('zone', 'utc');
  preferences.set('fleet.sort', { column: 'cpu' });
  await preferences.settled();
  const elsewhere = await open(seed.globex.id);
  expect(elsewhere.get('zone')).toBe('utc');
  expect(elsewhere.get('fleet.sort')).toEqual({ column: 'cpu' });
  const [rows] = await embedded.admin`SELECT count(*)::int AS rows FROM operator_preferences`;
  expect(rows).toEqual({ rows: 1 });
});

test('two consoles do not take each other’s entries away', async () => {
  const [one, other] = [await open(seed.acme.id), await open(seed.acme.id)];
  one.set('a', 1);
  other.set('b', 2);
  await Promise.all([one.settled(), other.settled()]);
  const later = await open(seed.acme.id);
  expect([later.get('a'), later.get('b')]).toEqual([1, 2]);
});

test('what is too large, or no JSON, lasts until the program ends', async () => {
  const warn = vi.spyOn(log, 'warn');
  const preferences = await open(seed.acme.id);
  preferences.set('large', 'x'.repeat(20_000));
  preferences.set('odd', () => undefined);
  await preferences.settled();
  expect(warn).toHaveBeenCalledTimes(2);
  expect(preferences.get('large')).toHaveLength(20_000);
  const later = await open(seed.acme.id);
  expect([later.get('large'), later.get('odd'), later.get('zone')]).toEqual([undefined, undefined, 'utc']);
});
