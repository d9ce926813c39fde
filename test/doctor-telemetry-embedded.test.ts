import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../source/cli/doctor-telemetry.ts';
import { openDatabase } from '../source/postgres/database.ts';
import { openEmbeddedStore } from '../source/telemetry/embedded/embedded-store.ts';
import { databaseVariables } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';
import type { Seed } from './support/seed.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'netup-doctor-telemetry-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const database = useDatabase();
let seed: Seed;

beforeAll(async () => {
  seed = await database.seed();
});

async function doctor(
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const stdout = new PassThrough();
  const login = databaseVariables(database.settings('app_user'));
  const env = { ...login, NETUP_OPERATOR: 'ada', NETUP_STATE_DIR: folder };
  const code = await run(argv, { env, stdin: process.stdin, stdout, stderr: new PassThrough() });
  return { code, lines: (await text(stdout.end())).split('\n') };
}

async function report(organization: string, routers: readonly string[], time: number): Promise<void> {
  const worker = openDatabase(database.settings('netup_worker'));
  const store = openEmbeddedStore(worker);
  try {
    const points = routers.map((router_id) => ({
      measurement: 'cpu' as const,
      tags: { router_id, organization, vendor: 'v', site: 's' },
      fields: { usage_percent: 5 },
      time,
    }));
    expect(await store.write(points)).toMatchObject({ accepted: routers.length });
  } finally {
    await store.close();
    await worker.close();
  }
}

test('silent routers and clocks that are ahead are told of the tables, too', async () => {
  const { acme, globex } = seed;
  const silent = await doctor();
  expect(silent.code).toBe(1);
  expect(silent.lines.join('\n')).toMatch(
    /^FAIL {2}routers +acme: 6 routers of 6 active sent nothing for 15 minutes: /mu,
  );
  const now = Date.now();
  for (const { id, routers } of [acme, globex]) await report(id, routers, now - 60_000);
  expect(await doctor()).toMatchObject({
    code: 0,
    lines: [
      'ok    clock         no point is more than a minute ahead',
      'ok    routers       acme: 6 active routers, none silent for 15 minutes',
      'ok    routers       globex: 6 active routers, none silent for 15 minutes',
      '',
    ],
  });
  await report(acme.id, ['ams-core-01'], Date.now() + 4 * 60_000);
  const ahead = await doctor();
  expect(ahead.code).toBe(1);
  expect(ahead.lines[0]).toBe('FAIL  clock         points are more than a minute ahead: ams-core-01');
});

test.each([
  ['--stale', '0'],
  ['--minutes', '1.5'],
  ['--most-series', '-1'],
])('%s %s is refused', async (flag, value) => {
  await expect(doctor(flag, value)).rejects.toThrow(`netup-tui doctor telemetry: ${flag} is a whole number from 1 on.`);
});
