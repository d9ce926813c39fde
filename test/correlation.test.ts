import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { WorkerCounts, workerMonitor } from '../source/cli/monitoring/worker-monitor.ts';
import { upgradeJournal } from '../source/cli/upgrade-journal.ts';
import { type Logger, openLog } from '../source/config/log.ts';
import { findPaths } from '../source/config/paths.ts';
import { metricsText } from '../source/model/metrics-text.ts';
import { openDatabase } from '../source/postgres/database.ts';
import { approveUpgrade } from '../source/upgrades/decide.ts';
import { parseMetrics } from './support/metrics-parser.ts';
import { useOperatorConsoles } from './support/operator-console.ts';
import { useDatabase } from './support/postgres.ts';
import { useUpgradeLab } from './support/upgrade-lab.ts';
import { useUpgradeWorld } from './support/upgrades.ts';
import { chooseForReal } from './support/wizard-mode.ts';

const database = useDatabase();
const world = useUpgradeWorld(database);
const lab = useUpgradeLab(database);
const start = useOperatorConsoles(world);
const folder = mkdtempSync(path.join(tmpdir(), 'netup-correlation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const line = z.looseObject({
  msg: z.string(),
  correlationId: z.string().optional(),
  requestId: z.string().nullish(),
  step: z.string().nullish(),
  command: z.string().optional(),
  press: z.object({ key: z.string(), screen: z.string(), dialog: z.string().nullable() }).nullish(),
});
type Line = z.infer<typeof line>;

/** A log of a process of its own, and what stands in it. */
function logOf(name: string): { readonly log: Logger; lines(): readonly Line[] } {
  const paths = findPaths({ HOME: folder, NETUP_STATE_DIR: path.join(folder, name) });
  const log = openLog(paths);
  return {
    log,
    lines: () =>
      readFileSync(paths.log, 'utf8')
        .trimEnd()
        .split('\n')
        .map((text) => line.parse(JSON.parse(text))),
  };
}

async function trail(upgradeId: string): Promise<readonly { action: string; id: string }[]> {
  return database.admin<{ action: string; id: string }[]>`
    SELECT action, correlation_id AS id FROM audit_events WHERE upgrade_id = ${upgradeId} ORDER BY seq`;
}

test('a key press in the console can be followed to the commands on the device, and the worker counts its steps', async () => {
  const { services, as } = world();
  await lab().device('ios-xe');
  const console = logOf('console');
  const terminal = start({
    who: 'ben',
    context: {
      log: {
        info: (message, details) => console.log.info(details ?? {}, message),
        warn: (message, details) => console.log.warn(details ?? {}, message),
        error: (message, details) => console.log.error(details ?? {}, message),
      },
    },
  });
  await terminal.waitFor(/▌ +ams-core-01 .*✔ ready/u);
  await terminal.type('u');
  await terminal.waitFor('(•) 17.12.03');
  await terminal.press('enter');
  await terminal.waitFor(/✔ CPU mean over 2 h +30/u);
  await terminal.press('enter');
  await terminal.waitFor('(•) as soon as another operator has approved it');
  await chooseForReal(terminal);
  await terminal.press('enter');
  await terminal.waitFor('1 upgrade to request');
  await terminal.waitFor('Another operator has to approve.');
  await terminal.press('enter');
  await terminal.type('ams-core-01\r');
  await terminal.waitFor('waits for approval');

  const [upgrade] = await database.admin<
    { id: string }[]
  >`SELECT id::text FROM upgrades WHERE router_id = 'ams-core-01'`;
  const id = upgrade?.id ?? '';
  const worker = logOf('worker');
  const counts = new WorkerCounts();
  const note = upgradeJournal(worker.log);
  lab().worker({
    onEvent: (event) => {
      counts.note(event);
      note(event);
    },
  });
  await approveUpgrade(services, as.ana, id);
  expect(await lab().ends(id)).toBe('success');

  const rows = await trail(id);
  // Its session was registered before any key.
  const act = console.lines().find(({ msg, press }) => msg === 'console: act' && press !== null);
  expect(act?.press).toEqual({ key: 'enter', screen: 'wizard', dialog: null });
  expect(rows[0]).toEqual({ action: 'upgrade.request', id: act?.correlationId });

  const done = worker.lines().filter(({ requestId }) => requestId === act?.correlationId);
  expect(done).toHaveLength(worker.lines().length);
  const copy = done.find(({ command }) => command?.startsWith('copy ') === true);
  expect(copy).toMatchObject({ msg: 'upgrade: command', step: 'stage_image' });
  expect(rows.filter(({ action }) => action === 'upgrade.step').every((row) => row.id === copy?.correlationId)).toBe(
    true,
  );
  expect(done.filter(({ command }) => command === 'show version').length).toBeGreaterThan(1);
  const log = readFileSync(path.join(folder, 'worker', 'netup-tui.log'), 'utf8');
  for (const secret of ['correct horse', '"images"']) expect(log).not.toContain(secret);

  const connection = openDatabase(database.settings('netup_worker'));
  const monitor = workerMonitor(counts, {
    database: connection,
    telemetry: world().telemetry,
    slots: 10,
    state: () => ({ busy: 0, expired: 0, clockAhead: null, announcedAgo: 0 }),
    processMetrics: () => [],
  });
  const { values } = parseMetrics(metricsText(await monitor.metrics()));
  await connection.close();
  const steps = Object.entries(await lab().steps(id)).filter(([, status]) => status === 'success');
  expect(steps.length).toBeGreaterThan(8);
  for (const [step] of steps) expect(values.get(`netup_upgrade_steps_total{step="${step}",result="success"}`)).toBe(1);
  expect(values.get('netup_upgrades{state="running"}')).toBe(0);
  expect(values.get('netup_lease_takeovers_total')).toBe(0);
});
