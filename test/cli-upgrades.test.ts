import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { databaseVariables, type CliResult, useCli } from './support/cli.ts';
import { forgetUpgrades, useDatabase } from './support/postgres.ts';
import { writeSteady } from './support/steady-telemetry.ts';
import { useUpgradeWorld } from './support/upgrades.ts';

const cli = useCli();
const database = useDatabase();
const world = useUpgradeWorld(database);

function as(name: string, ...argv: readonly string[]): Promise<CliResult> {
  const env = { ...databaseVariables(database.settings('app_user')), NETUP_OPERATOR: name, NETUP_ORGANIZATION: 'acme' };
  return cli.run(['upgrades', ...argv], env);
}

const outcomeSchema = z.object({ upgrades: z.array(z.object({ upgradeId: z.string() })), repeated: z.boolean() });

async function request(...flags: readonly string[]): Promise<z.infer<typeof outcomeSchema>> {
  const result = await as('ben', 'request', 'ams-edge-01', '--json', ...flags);
  return outcomeSchema.parse(JSON.parse(result.stdout));
}

const idOf = ({ upgrades }: z.infer<typeof outcomeSchema>): string => upgrades[0]?.upgradeId ?? '';

beforeAll(async () => {
  await writeSteady(world().telemetry, world().seed.acme.id, ['ams-edge-01', 'ams-edge-02']);
});
beforeEach(() => forgetUpgrades(database.admin));

describe('upgrades', () => {
  test('are requested, listed, shown and approved by two people, by the same rules as on the screen', async () => {
    expect((await as('ben', 'list')).stdout).toBe('There are no such upgrades.\n');
    const id = idOf(await request('--reference', 'CHG0042'));
    const own = await as('ben', 'approve', id);
    expect(own).toMatchObject({ code: 1, stdout: '' });
    expect(own.stderr).toContain(
      `Upgrade ${id} of ams-edge-01 cannot be approved: it needs the role approver; yours is operator.`,
    );
    expect((await as('ana', 'approve', id)).stdout).toBe(`Upgrade ${id} of ams-edge-01 is approved.\n`);
    expect((await as('ana', 'approve', id)).stdout).toBe(
      `Upgrade ${id} of ams-edge-01 is approved, as you said before.\n`,
    );
    const list = await as('cy', 'list', '--status', 'approved', '--json');
    expect(JSON.parse(list.stdout)).toMatchObject([
      { id, hostname: 'ams-edge-01', approvedBy: 'ana', changeReference: 'CHG0042' },
    ]);
    const shown = await as('cy', 'show', id);
    expect(shown.stdout).toContain(`Upgrade ${id} of ams-edge-01: 21.4R3-S5 to 22.4R3-S2, approved`);
    expect(shown.stdout).toMatch(/^postcheck +pending/mu);
  });

  test('have a report with the rows of the audit trail, as Markdown and as JSON', async () => {
    const id = idOf(await request('--reference', 'CHG0042'));
    await as('ana', 'approve', id);
    await database.admin`
      UPDATE upgrade_steps SET status = 'success', evidence = '{"bootsNext": "flash:a"}', attempt = 1
      WHERE upgrade_id = ${id} AND name = 'precheck'`;
    const markdown = await as('cy', 'report', id);
    expect(markdown.stdout).toMatch(/^# Upgrade \d+ of ams-edge-01$/mu);
    expect(markdown.stdout).toContain('| change | CHG0042 |');
    expect(markdown.stdout).toContain('"bootsNext": "flash:a"');
    const report: unknown = JSON.parse((await as('cy', 'report', id, '--format', 'json')).stdout);
    const rows = await database.admin<{ id: string; action: string }[]>`
      SELECT seq::text AS id, action FROM audit_events WHERE upgrade_id = ${id} ORDER BY seq`;
    expect(rows.map(({ action }) => action)).toEqual(['upgrade.request', 'upgrade.approve']);
    expect(report).toMatchObject({ upgrade: id, organization: 'acme', over: false, audit: [...rows] });
  });

  test('may be dry-runs, which nobody has to approve, and which are then requested for real', async () => {
    const key = randomUUID();
    const hosts = ['request', 'ams-edge-01', 'ams-edge-02', '--waves', '1,100%', '--pause', '5'];
    const asked = await as('ben', ...hosts, '--dry-run', '--reference', 'CHG0042', '--key', key);
    const [, id = ''] = /^Dry-run (\d+) of ams-edge-01 is requested\.$/mu.exec(asked.stdout) ?? [];
    expect(asked.stdout).toContain(`When it went well: netup-tui upgrades request --for-real ${id}`);
    const again = await as('ben', ...hosts, '--dry-run', '--key', key, '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ dryRun: true, repeated: true });
    const other = await as('ben', ...hosts, '--key', key);
    expect(other.stderr).toContain('This confirmation was used for another request already');
    expect((await as('ana', 'approve', id)).stderr).toContain('it is scheduled, and only a pending upgrade');
    const early = await as('ben', 'request', '--for-real', id);
    expect(early.stderr).toContain(`Dry-run ${id} of ams-edge-01 is scheduled: only one that went well`);
    await database.admin`UPDATE upgrades SET status = 'running', started_at = now() WHERE dry_run`;
    await database.admin`UPDATE upgrades SET status = 'failed', outcome = 'Dry-run: no.' WHERE router_id = 'ams-edge-02'`;
    await database.admin`UPDATE upgrades SET status = 'success', outcome = 'Dry-run: yes.' WHERE id = ${id}`;
    expect((await as('cy', 'list')).stdout).toMatch(/success \(dry-run\)/u);
    const shown = (await as('cy', 'show', id)).stdout;
    expect(shown).toContain(`Dry-run ${id} of ams-edge-01: 21.4R3-S5 to 22.4R3-S2, success`);
    expect(shown).toContain(`For real: netup-tui upgrades request --for-real ${id}`);
    expect((await as('cy', 'report', id)).stdout).toMatch(
      /^# Dry-run \d+ of ams-edge-01\n(?:.*\n)+?This was a dry-run: the device was not changed/u,
    );
    expect(JSON.parse((await as('cy', 'report', id, '--format', 'json')).stdout)).toMatchObject({ dryRun: true });
    const real = await as('ben', 'request', '--for-real', id, '--json');
    expect(real.stderr).toContain('Left out, since their dry-run did not go well or is not over: ams-edge-02.');
    const made = outcomeSchema.parse(JSON.parse(real.stdout));
    expect(made.upgrades).toHaveLength(1);
    const listed = await as('ben', 'list', '--status', 'pending', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { id: idOf(made), hostname: 'ams-edge-01', changeReference: 'CHG0042', dryRun: false },
    ]);
  });

  test('are refused as dry-runs where that makes no sense, in one sentence', async () => {
    const wrong = async (...argv: readonly string[]): Promise<string> => {
      const result = await as('ben', 'request', ...argv);
      expect(result).toMatchObject({ code: 2, stdout: '' });
      return result.stderr;
    };
    expect(await wrong()).toContain('it takes HOST..., --filter EXPR, or --for-real with');
    expect(await wrong('--for-real', '1', '--dry-run')).toContain('--dry-run and --for-real contradict each other.');
    expect(await wrong('ams-edge-01', '--for-real', '1')).toContain('--for-real has its routers and images');
    expect(await wrong('--for-real', 'x; drop')).toContain('--for-real takes the number of a dry-run');
    expect((await as('ben', 'request', '--for-real', '999999')).stderr).toContain('There is no dry-run 999999.');
  });

  test('are requested of all that a filter keeps, as the fleet would show it', async () => {
    const asked = await as('ben', 'request', '--filter', 'host=ams-edge ready=ready', '--waves', '1,100%', '--json');
    expect(asked.stderr).toBe('');
    expect(outcomeSchema.parse(JSON.parse(asked.stdout)).upgrades).toHaveLength(2);
    const waves = await database.admin<{ router_id: string }[]>`SELECT router_id FROM upgrades ORDER BY wave`;
    expect(waves.map(({ router_id }) => router_id)).toEqual(['ams-edge-01', 'ams-edge-02']);
    const refused = async (...argv: readonly string[]): Promise<string> => (await as('ben', 'request', ...argv)).stderr;
    expect(await refused('--filter', 'host=nowhere')).toContain('The filter keeps no router');
    expect(await refused('--filter', 'nothing=1')).toContain('netup-tui upgrades request: --filter: there is no field');
    expect(await refused('ams-edge-01', '--filter', 'x')).toContain('HOST and --filter contradict each other.');
  });

  test('the same key is one request', async () => {
    const key = randomUUID();
    const [first, second] = [await request('--key', key), await request('--key', key)];
    expect(second).toEqual({ ...first, repeated: true });
  });

  test('are paused, resumed, cancelled and retried as their state allows', async () => {
    const id = idOf(await request());
    expect((await as('ben', 'pause', id)).stderr).toContain('it is pending, so it cannot be paused');
    await as('ana', 'approve', id);
    await database.admin`UPDATE upgrades SET status = 'running' WHERE id = ${id}`;
    expect((await as('ben', 'pause', id)).stdout).toBe(
      `Upgrade ${id} of ams-edge-01 is paused before its next step.\n`,
    );
    await database.admin`UPDATE upgrades SET status = 'paused', wanted = NULL WHERE id = ${id}`;
    expect((await as('ben', 'resume', id)).stdout).toBe(`Upgrade ${id} of ams-edge-01 goes on.\n`);
    expect((await as('ben', 'cancel', id, '--reason', 'wrong night')).stdout).toContain(
      'is cancelled before its next step',
    );
    expect((await as('ana', 'retry', id)).stderr).toContain('only a failed upgrade can be retried');
  });

  test('go in waves, which are shown, stopped and let go on', async () => {
    const flags = ['--waves', '1,100%', '--pause', '60', '--success-rate', '95', '--stop-after', '2', '--json'];
    const result = await as('ben', 'request', 'ams-edge-02', 'ams-edge-01', ...flags);
    const id = idOf(outcomeSchema.parse(JSON.parse(result.stdout)));
    const shown = await as('cy', 'plan', id);
    expect(shown.stdout).toContain('2 upgrades in 2 waves: active.');
    expect(shown.stdout).toContain(
      'The next wave opens 60 min after one in which 95% succeeded; it stops at 2 failures.',
    );
    expect(shown.stdout).toMatch(/^1 +1 +0 +0 +1 +open$/mu);
    const waves = await database.admin<{ router_id: string; wave: number }[]>`
      SELECT router_id, wave FROM upgrades ORDER BY wave`;
    expect(waves.map(({ router_id }) => router_id)).toEqual(['ams-edge-02', 'ams-edge-01']);
    expect((await as('ben', 'plan', 'stop', id, '--reason', 'not tonight')).stdout).toBe(
      `The plan of upgrade ${id} is stopped.\n`,
    );
    expect((await as('cy', 'show', id)).stdout).toContain('In a plan of 2 waves, which is stopped: not tonight');
    const report = (await as('cy', 'report', id, '--plan')).stdout;
    expect(report).toMatch(/^# Plan of 2 upgrades\n\nOf the organization acme: \*\*2 pending\*\*$/mu);
    expect(report).toContain('2 waves, stopped: not tonight');
    expect(report).toContain('| 1 | 1 | 0 | 0 | 1 |');
    expect(report).toMatch(/^\| \d+ \| \S+ \| plan\.stop \| ben \(operator\) \| cli \| not tonight \|$/mu);
    expect(report.match(/^## Upgrade \d+ of .*$/gmu)).toEqual([
      expect.stringMatching(/of ams-edge-02$/u),
      expect.stringMatching(/of ams-edge-01$/u),
    ]);
    expect(report.match(/^### Audit trail$/gmu)).toHaveLength(2);
    expect(JSON.parse((await as('cy', 'report', id, '--plan', '--format', 'json')).stdout)).toMatchObject({
      over: false,
      plan: { state: 'stopped', waves: 2, successRate: 95 },
      statuses: { pending: 2 },
      audit: [{ action: 'plan.request' }, { action: 'plan.stop', reason: 'not tonight' }],
      upgrades: [
        { wave: 1, router: { hostname: 'ams-edge-02' }, audit: [{ action: 'upgrade.request' }] },
        { wave: 2, router: { hostname: 'ams-edge-01' } },
      ],
    });
    expect((await as('ben', 'plan', 'resume', id)).stderr).toContain('it needs the role approver');
    expect((await as('ana', 'plan', 'resume', id)).stdout).toBe(`The plan of upgrade ${id} goes on.\n`);
  });

  test.for([
    [['request', 'ams-edge-01', '--waves', '1,x'], '--waves must be a list'],
    [['request', 'ams-edge-01', '--pause', '5'], 'go with --waves'],
    [['request', 'ams-edge-01', '--waves', '1,100%', '--success-rate', '101'], '--success-rate must be a whole number'],
    [['show', '999999'], 'There is no upgrade "999999" in acme.'],
    [['list', '--status', 'stuck'], '"stuck" is no status; it is one of draft, pending'],
    [['request', 'nowhere-1'], 'There is no router "nowhere-1" in acme.'],
    [['request', 'ams-edge-01', '--image', 'none.bin'], 'There is no image "none.bin" for the model of ams-edge-01.'],
    [['request', 'ams-edge-01', '--at', '2026-12-01 02:00'], '--at must be a time with its zone'],
    [['reject', '1'], '--reason TEXT is needed'],
    [['report', '1', '--format', 'pdf'], '"pdf" is no format; it is markdown or json.'],
    [['report', '999999'], 'There is no upgrade "999999" in acme.'],
  ] as const)('%s is one sentence', async ([argv, sentence]) => {
    const result = await as('ana', ...argv);
    expect(result.code).not.toBe(0);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain(sentence);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });
});
