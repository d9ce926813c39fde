import { expect, it, vi } from 'vitest';
import { type Platform, PLATFORMS } from '../source/model/platform.ts';
import { runsRelease } from '../source/model/version.ts';
import type { Faults } from '../source/simulator/faults.ts';
import { campaign } from './support/campaign.ts';
import { FAST_PACE } from './support/fast-pace.ts';
import { LAB, useUpgradeLab } from './support/upgrade-lab.ts';
import { useDatabase } from './support/postgres.ts';
import { runsAfterReload } from './support/reloaded-by-hand.ts';

const test = useDatabase();
const lab = useUpgradeLab(test);

interface Expected {
  readonly faults: Faults;
  readonly on?: readonly Platform[];
  readonly status: 'success' | 'failed' | 'rolled_back' | 'paused';
  /** The step that did not end well. */
  readonly step?: string;
  /** In what people are told; left out: nothing is. */
  readonly says?: RegExp;
  /** In the checks after the activation that do not pass. */
  readonly checks?: RegExp;
  /** How often the device went down. */
  readonly reloads: number;
}

const CASES: Readonly<Record<string, Expected>> = {
  'its flash is full, and cleaning up frees nothing': {
    faults: { flash_full: true, cleanup_frees_nothing: true },
    status: 'failed',
    step: 'stage_image',
    says: /are free, also after a clean-up/u,
    reloads: 0,
  },
  'it takes 200 s to read the image through': { faults: { slow_hash: true }, status: 'success', reloads: 1 },
  'the digest comes without a result': {
    faults: { digest_without_result: true },
    status: 'failed',
    step: 'verify_image',
    says: /it printed no digest\..* The device still runs /u,
    reloads: 0,
  },
  'the digest differs': {
    faults: { checksum_mismatch: true },
    status: 'failed',
    step: 'verify_image',
    says: /it was removed/u,
    reloads: 0,
  },
  'it still answers after it was told to go down': {
    faults: { ssh_before_reboot: true },
    status: 'success',
    reloads: 1,
  },
  'its command line is not ready when it is back': { faults: { cli_not_ready: true }, status: 'success', reloads: 1 },
  'the connection dies in the answer to the reload': {
    faults: { socket_dies_in_reload: true },
    status: 'success',
    reloads: 1,
  },
  'it asks what nobody foresaw': {
    faults: { unknown_prompt: 'write memory' },
    on: ['ios-xe'],
    status: 'paused',
    step: 'save_config',
    says: /stopped at "/u,
    reloads: 0,
  },
  'it comes back on the old image': {
    faults: { boots_old_image: true },
    status: 'rolled_back',
    step: 'verify_version',
    says: /because verify_version failed/u,
    reloads: 1,
  },
  'a member runs another version': {
    faults: { member_other_version: true },
    status: 'failed',
    on: ['ios-xe', 'junos'],
    step: 'precheck',
    says: /member/u,
    reloads: 0,
  },
  'somebody else installs something': {
    faults: { install_in_progress: true },
    on: ['ios-xe', 'junos'],
    status: 'paused',
    step: 'precheck',
    says: /^installation: .* Then resume it\.$/u,
    reloads: 0,
  },
  'something half installed is left from somebody else': {
    faults: { stale_install_state: true },
    status: 'paused',
    step: 'precheck',
    says: /^installation: \S+ is staged, .* Then resume it\.$/u,
    reloads: 0,
  },
  'it activates, does not boot, and has to abort': {
    faults: { activation_stalls: true },
    on: ['ios-xe'],
    status: 'rolled_back',
    step: 'reboot_wait',
    says: /because reboot_wait failed/u,
    reloads: 1,
  },
  'it spells its version in another way': {
    faults: { version_spelled_differently: true },
    status: 'success',
    reloads: 1,
  },
  'it says that it cleaned up and did not': { faults: { declined_clean_success: true }, status: 'success', reloads: 1 },
  'somebody else installs something, which only shows when it is told': {
    faults: { install_in_progress: true },
    on: ['eos'],
    status: 'failed',
    step: 'activate',
    says: /another image installation is in progress.* The device still runs /u,
    reloads: 0,
  },
  'it refuses to go down': {
    faults: { reload_refused: true },
    status: 'rolled_back',
    step: 'activate',
    says: /because activate failed\.$/u,
    reloads: 0,
  },
  'it would boot something else': {
    faults: { boot_variable_wrong: true },
    status: 'failed',
    step: 'activate',
    says: /would boot|it boots \S+ and not packages\.conf/u,
    reloads: 0,
  },
  'it refuses the image as for another model': {
    faults: { wrong_image_for_model: true },
    status: 'failed',
    step: 'activate',
    says: /not compatible with|does not support this hardware/u,
    reloads: 0,
  },
  'it refuses the image, since it runs something too old for it': {
    faults: { below_minimum: true },
    status: 'failed',
    step: 'activate',
    says: /not supported/u,
    reloads: 0,
  },
  'it refuses the login': {
    faults: { authentication_refused: true },
    status: 'failed',
    step: 'precheck',
    says: /it is not tried again/u,
    reloads: 0,
  },
  'it never comes back': {
    faults: { never_comes_back: true },
    status: 'failed',
    step: 'rollback',
    says: /^ATTENTION: .* It needs somebody at the device\.$/u,
    reloads: 1,
  },
  'its clock follows no server': { faults: { clock_unsynchronized: true }, status: 'success', reloads: 1 },
  'an interface is down afterwards': {
    faults: { postcheck_interface_down: true },
    status: 'rolled_back',
    step: 'postcheck',
    says: /because postcheck failed\.$/u,
    checks: /^fail interfaces up: /mu,
    reloads: 2,
  },
  'its configuration lost lines': {
    faults: { startup_lost_lines: true },
    status: 'rolled_back',
    step: 'postcheck',
    says: /because postcheck failed\. Of its configuration are \d missing: "/u,
    checks: /^fail configuration: [23] missing: (?:"[^"]+"(?: in "[^"]+")?, )+"/mu,
    reloads: 2,
  },
  'its new version writes some lines in another way': {
    faults: { other_defaults: true },
    status: 'success',
    checks: /^warn configuration: no line is missing; 1 written in another way: "[^"]+ version 4;?".*; 1 new: "/mu,
    reloads: 1,
  },
  'it does not go back either': {
    faults: { postcheck_interface_down: true, rollback_fails: true },
    status: 'failed',
    step: 'rollback',
    says: /^ATTENTION: /u,
    reloads: 1,
  },
};

/** `runs`: on how many of its platforms each is tried; they take turns. A campaign tries all. */
const { runs } = campaign({ seed: 1, runs: 1 });

const rows = Object.entries(CASES).flatMap(([name, expected], index) => {
  const platforms = expected.on ?? PLATFORMS;
  const turn = index % platforms.length;
  const inTurn = [...platforms.slice(turn), ...platforms.slice(0, turn)].slice(0, runs);
  return inTurn.map((platform) => ({ name, platform, expected }));
});

async function inventoryVersion(platform: Platform): Promise<string> {
  const [row] = await test.admin<{ current_ver: string }[]>`
    SELECT current_ver FROM routers WHERE id = ${LAB[platform].router} AND organization_id = ${lab().world.seed.acme.id}`;
  return row?.current_ver ?? '';
}

interface Audited {
  readonly action: string;
  readonly source: string;
  readonly step: string | null;
  readonly status: string | null;
  readonly next: string | null;
  readonly reason: string | null;
}

async function trailOf(id: string): Promise<readonly Audited[]> {
  return test.admin<Audited[]>`
    SELECT action, source, after->>'step' AS step, after->>'status' AS status, after->>'next' AS next, reason
    FROM audit_events WHERE upgrade_id = ${id} ORDER BY seq`;
}

/** What the trail has to say of an upgrade that ended so: who began it, which step did not end well, what came next, and the end with its reason. */
async function expectTrail(id: string, { status, step }: Expected, outcome: string | null): Promise<void> {
  const trail = await trailOf(id);
  expect(trail.slice(0, 3).map(({ action, source }) => [action, source])).toEqual([
    ['upgrade.request', 'console'],
    ['upgrade.approve', 'console'],
    ['upgrade.take', 'worker'],
  ]);
  const failed = trail.filter((row) => row.action === 'upgrade.step' && row.status === 'failed');
  const next = status === 'rolled_back' ? 'rollback' : 'none';
  const toldOf = failed.map((row) => [row.step, row.next]).at(-1);
  expect(toldOf).toEqual(status === 'failed' || status === 'rolled_back' ? [step, next] : undefined);
  const end = { action: status === 'paused' ? 'upgrade.hold' : `upgrade.${status}`, source: 'worker', status };
  expect(trail.at(-1)).toEqual({ ...end, step: status === 'paused' ? step : null, next: null, reason: outcome });
}

/** Those of the checks after the activation that do not pass, a line each. */
async function checksAfter(id: string): Promise<string> {
  const found = await test.admin<{ line: string }[]>`
    SELECT status || ' ' || name || ': ' || actual AS line FROM upgrade_checks
    WHERE upgrade_id = ${id} AND phase = 'post' AND status <> 'pass' ORDER BY position`;
  return found.map(({ line }) => line).join('\n');
}

it.for(rows)('$platform: $name', async ({ platform, expected }) => {
  const { machine } = await lab().device(platform, { faults: expected.faults });
  const id = await lab().approved(platform);
  // Waited out only where it does not come back.
  const pace = expected.faults.never_comes_back === true ? { ...FAST_PACE, reboot: 3000 } : FAST_PACE;
  lab().worker({ pace });
  await lab().ends(id);
  const { status, outcome } = await lab().status(id);
  const steps = await lab().steps(id);
  const bad = Object.entries(steps).findLast(([, state]) => state === 'failed' || state === 'pending')?.[0];
  expect({ status, step: bad, outcome, reloads: machine.counters.reloads }).toEqual({
    status: expected.status,
    step: expected.step,
    outcome,
    reloads: expected.reloads,
  });
  expect(outcome ?? 'nothing').toMatch(expected.says ?? /^nothing$/u);
  await expectTrail(id, expected, outcome);
  expect(await checksAfter(id)).toMatch(expected.checks ?? /^/u);
  // Nobody is told to go down twice in one boot, whatever happens.
  expect(Math.max(...machine.counters.reloadCommands)).toBeLessThanOrEqual(1);
  // The inventory says what the device runs, whichever way it ended; of one that is gone for good nobody knows.
  const known = expected.faults.never_comes_back !== true;
  expect(!known || runsRelease(platform, await inventoryVersion(platform), machine.software.running)).toBe(true);
  const version = LAB[platform].device.version ?? '';
  const isBack = ['failed', 'rolled_back'].includes(status) && !outcome?.startsWith('ATTENTION');
  expect(isBack ? machine.software.running : version).toBe(version);
  // What this one shows is not what it boots, so without the fault nobody knows.
  if (expected.faults.boot_variable_wrong !== true) machine.faults = {};
  expect(isBack ? await runsAfterReload(machine) : version).toBe(version);
});

it.for(PLATFORMS)(
  '%s: the connection dies in the middle of a copy, which goes on unseen beside the next',
  async (platform) => {
    const { machine } = await lab().device(platform, { faults: { copy_dies: true } });
    const id = await lab().approved(platform);
    lab().worker();
    await vi.waitFor(() => expect(machine.counters.copies).toBe(1), { timeout: 10_000, interval: 5 });
    machine.faults = {};
    expect(await lab().ends(id)).toBe('success');
    expect(machine.counters).toMatchObject({ reloads: 1, writersAtOnce: 1 });
    expect(machine.flash.files.filter(({ name }) => name.endsWith('.part'))).toEqual([]);
  },
);
