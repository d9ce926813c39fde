import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApplicationParts } from '../source/console/application.ts';
import type { Command } from '../source/console/commands/command.ts';
import { availability } from '../source/console/commands/availability.ts';
import { globalCommands } from '../source/console/commands/global-commands.ts';
import { consoleParts } from '../source/console/screens/registry.ts';
import * as routes from '../source/console/screens/routes.ts';
import type { ConsoleServices } from '../source/console/services.ts';
import { dialogsSlice } from '../source/console/state/dialogs.ts';
import { promptSlice } from '../source/console/state/prompt.ts';
import type { ScreenEntry } from '../source/console/state/route.ts';
import { requestUpgrades } from '../source/upgrades/request.ts';
import { campaign } from './support/campaign.ts';
import { type RunningConsole, startConsole } from './support/console.ts';
import { frameFaults } from './support/frame-faults.ts';
import { HOSTILE, makeHostile } from './support/hostile.ts';
import { useDatabase } from './support/postgres.ts';
import { randomFrom } from './support/random.ts';
import { writeSteady } from './support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from './support/upgrades.ts';

/** `runs`: commands tried on each screen in each role. */
const { seed, runs } = campaign({ seed: 20_261, runs: 1 });
const SIZES = [
  [80, 24],
  [120, 40],
  [200, 50],
] as const;
/** Ends the console, hands the terminal to a shell, or writes a file where the tests run. */
const LEFT_OUT = new Set(['console.quit', 'console.quit-now', 'console.suspend', 'console.dump']);
const QUIET_MS = 12;

const test = useDatabase();
const world = useUpgradeWorld(test);
let running: RunningConsole | null = null;
let entries: readonly ScreenEntry[] = [];

beforeAll(async () => {
  const { services, as, seed: seeded, telemetry } = world();
  await writeSteady(telemetry, seeded.acme.id, ['ams-edge-01', 'ams-edge-02', 'ams-core-01']);
  const request = { ...aRequest(['ams-edge-01', 'ams-edge-02'], seeded.images.mx), reason: HOSTILE[4] ?? '' };
  const waves = {
    waves: [
      { kind: 'count', count: 1 },
      { kind: 'percent', upTo: 100 },
    ],
    pauseMinutes: 5,
  } as const;
  const plan = { ...waves, successRate: 100, stopAfter: 1, approveWaves: false };
  const { upgrades, batchId } = await requestUpgrades(services, as.ben, { ...request, plan });
  const upgradeId = upgrades[0]?.upgradeId ?? '';
  await test.admin`
    UPDATE upgrade_steps SET status = 'running', started_at = now(), attempt = 1, detail = ${HOSTILE.join(' ')} WHERE upgrade_id = ${upgradeId} AND position = 1`;
  await makeHostile(test.admin, seeded.acme.id);
  const router = { routerId: 'ams-edge-01', hostname: 'ams-edge-01' };
  entries = [
    routes.fleetRoute.to({}),
    routes.routerRoute.to(router),
    routes.policiesRoute.to({}),
    routes.policyRoute.to({ policyId: seeded.acme.policies.asr, name: 'core' }),
    routes.explainRoute.to(router),
    routes.upgradesRoute.to({}),
    routes.upgradeRoute.to({ upgradeId }),
    routes.outputRoute.to({ upgradeId, routerId: router.routerId }),
    routes.planRoute.to({ upgradeId, batchId }),
    routes.wizardRoute.to({ routerIds: ['ams-core-01', 'fra-leaf-02'] }),
    routes.decisionsRoute.to({ routerIds: seeded.acme.routers, of: 'filter' }),
    routes.decidedRoute.to({ line: 'ready', routerIds: new Set(seeded.acme.routers) }),
    routes.triageRoute.to({}),
    routes.approvalsRoute.to({}),
    routes.auditRoute.to({}),
    routes.sitesRoute.to({}),
    routes.imagesRoute.to({}),
    routes.windowsRoute.to({}),
    routes.windowsDayRoute.to({ day: new Date().toISOString().slice(0, 10) }),
    routes.blackoutFormRoute.to({ visit: 'walk' }),
    routes.policyFormRoute.to({ policyId: null, copies: false, visit: 'walk' }),
    routes.policyFormRoute.to({ policyId: seeded.acme.policies.asr, copies: false, visit: 'walk too' }),
    routes.chartsRoute.to({ routers: [router, { routerId: 'ams-core-01', hostname: HOSTILE[1] ?? '' }] }),
    routes.compareRoute.to({ upgradeId }),
  ];
});

afterEach(async () => {
  const [crash] = running?.crashes ?? [];
  await running?.stop();
  running = null;
  if (crash !== undefined) throw crash;
});

it('knows every screen that there is', () => {
  const known = new Set(entries.map(({ routeId }) => routeId));
  expect(consoleParts.screens.map(({ routeId }) => routeId).filter((id) => !known.has(id))).toEqual([]);
});

describe.each([
  ['cy', false],
  ['ben', false],
  ['ana', false],
  ['ada', false],
  ['ada', true],
] as const)('every command of %s (read-only: %s)', (who, readOnly) => {
  it('leaves a frame that fits, whatever the data, the size and the order', { timeout: 0 }, async () => {
    const random = randomFrom(seed + who.length * 31 + who.charCodeAt(1) + (readOnly ? 1 : 0));
    const walker = await start(who, readOnly, random);
    const tried = new Set<string>();
    for (const entry of entries) {
      for (const command of some(commandsOf(entry.routeId), random)) {
        await walker.open(entry);
        if (await walker.tryOut(command)) tried.add(`${entry.routeId} ${command.id}`);
        await walker.leave();
      }
    }
    expect(tried.size).toBeGreaterThan(4);
    expect(walker.faults).toEqual([]);
  });
});

it('shows every screen of an organization without routers', { timeout: 0 }, async () => {
  const random = randomFrom(seed);
  const { globex } = world().seed;
  await test.admin`DELETE FROM routers WHERE organization_id = ${globex.id}`;
  const walker = await start('ada', false, random, globex.id);
  for (const entry of entries) {
    await walker.open(entry);
    await walker.resize();
  }
  expect(walker.faults).toEqual([]);
});

function commandsOf(routeId: string): readonly Command[] {
  const nothing = (): void => undefined;
  const all = [
    ...consoleParts.screens.flatMap(({ commands }) => commands),
    ...globalCommands({ openHelp: nothing, openCommandLine: nothing }),
  ];
  const here = all.filter(({ scope }) => scope === 'global' || scope.includes(routeId));
  return here.filter(({ id, keys, leavesConsole }) => keys.length > 0 && leavesConsole !== true && !LEFT_OUT.has(id));
}

/** So many of them as the campaign has runs, in an order of chance. */
function some(commands: readonly Command[], random: () => number): readonly Command[] {
  return commands
    .map((command) => [random(), command] as const)
    .toSorted(([a], [b]) => a - b)
    .slice(0, runs)
    .map(([, command]) => command);
}

interface Walker {
  readonly faults: readonly string[];
  open(entry: ScreenEntry): Promise<void>;
  /** Presses its key, answers whatever opens, and says if the command was there to be tried. */
  tryOut(command: Command): Promise<boolean>;
  leave(): Promise<void>;
  resize(): Promise<void>;
}

async function start(
  who: 'cy' | 'ben' | 'ana' | 'ada',
  readOnly: boolean,
  random: () => number,
  organizationId?: string,
): Promise<Walker> {
  const { seed: seeded, database, telemetry, as } = world();
  const { operator, role } = as[who];
  const held: ConsoleServices[] = [];
  const parts: ApplicationParts = {
    ...consoleParts,
    loaders: [...consoleParts.loaders, { id: 'walker', start: (services) => void held.push(services) }],
  };
  const [columns, rows] = pick(SIZES, random);
  running = startConsole({
    parts,
    columns,
    rows,
    patience: 15_000,
    context: {
      database,
      telemetry,
      operator,
      readOnly,
      memberships: [seeded.acme, seeded.globex].map(({ id, slug }) => ({
        organizationId: id,
        slug,
        organizationName: HOSTILE[1] ?? '',
        role,
      })),
      initialOrganizationId: organizationId ?? seeded.acme.id,
      now: () => new Date(),
    },
  });
  const { terminal } = running;
  await terminal.waitFor(/\d+ of \d+|No routers|no router/u);
  const [services] = held;
  if (services === undefined) throw new Error('the loaders have not begun');
  const faults: string[] = [];
  const look = async (what: string, from: number): Promise<void> => {
    await terminal.quiet(QUIET_MS);
    // A redraw empties the screen first.
    await terminal.waitFor((screen) => screen.some((line) => line !== ''));
    const size = `${terminal.stdout.columns}x${terminal.stdout.rows}`;
    faults.push(...frameFaults(terminal, from).map((fault) => `${what} at ${size}: ${fault}\n${terminal.text()}`));
  };
  const resize = async (): Promise<void> => {
    const from = terminal.stdout.chunks.length;
    const [wide, high] = pick([...SIZES, [79, 23], [81, 25], [300, 20]] as const, random);
    terminal.resize(wide, high);
    await look('a resize', from);
  };
  return {
    faults,
    resize,
    async open(entry) {
      const from = terminal.stdout.chunks.length;
      const home = services.membership().organizationId === (organizationId ?? seeded.acme.id);
      if (!home) services.switchOrganization(organizationId ?? seeded.acme.id);
      services.navigation.reset([routes.fleetRoute.to({}), entry]);
      await look(`opening ${entry.routeId}`, from);
    },
    async tryOut(command) {
      const there = availability(command, services).kind !== 'absent';
      const from = terminal.stdout.chunks.length;
      await terminal.press(command.keys[0] ?? '');
      await look(command.id, from);
      if (random() < 0.3) await resize();
      for (let answers = 0; answers < 2 && isAsking(services); answers += 1) {
        const typed = pick(['enter', 'tab', 'down', 'x', `${pick(HOSTILE, random)}\r`, '?'], random);
        const before = terminal.stdout.chunks.length;
        await terminal.press(typed);
        await look(`${command.id} and ${JSON.stringify(typed)}`, before);
      }
      return there;
    },
    async leave() {
      const from = terminal.stdout.chunks.length;
      while (services.store.get(dialogsSlice).length > 0) services.dialogs.close();
      if (services.store.get(promptSlice) !== null) await terminal.press('esc');
      await look('leaving', from);
    },
  };
}

function isAsking({ store }: ConsoleServices): boolean {
  return store.get(dialogsSlice).length > 0 || store.get(promptSlice) !== null;
}

function pick<T>(from: readonly T[], random: () => number): T {
  const found = from[Math.floor(random() * from.length)];
  if (found === undefined) throw new Error('there is nothing to pick from');
  return found;
}
