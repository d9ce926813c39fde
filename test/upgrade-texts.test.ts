import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../source/postgres/database.ts';
import { keptTextsDuty } from '../source/upgrades/worker/housekeeping/kept-texts.ts';
import { requestUpgrades } from '../source/upgrades/request.ts';
import { type CliResult, databaseVariables, useCli } from './support/cli.ts';
import { newKey } from './support/encryption-keys.ts';
import { forgetUpgrades, useDatabase } from './support/postgres.ts';
import { writeSteady } from './support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from './support/upgrades.ts';

const cli = useCli();
const database = useDatabase();
const world = useUpgradeWorld(database);
const [A, B] = [newKey(), newKey()];
const keyFile = path.join(cli.folder, 'keys');
const BEFORE = [
  'hostname r1',
  'enable secret 9 $9$before',
  'ntp server 192.0.2.1',
  'snmp-server community public RO',
].join('\n');
const AFTER = BEFORE.replace('$9$before', '$9$after').replace('192.0.2.1', '192.0.2.2');
let id = '';

beforeAll(() => writeSteady(world().telemetry, world().seed.acme.id, ['ams-edge-01']));
beforeEach(async () => {
  await forgetUpgrades(database.admin);
  useKeys(`a:${A}`);
  const { services, as: people, seed } = world();
  const { upgrades } = await requestUpgrades(services, people.ben, aRequest(['ams-edge-01'], seed.images.mx));
  id = upgrades[0]?.upgradeId ?? '';
});

function useKeys(...lines: readonly string[]): void {
  writeFileSync(keyFile, `${lines.join('\n')}\n`, { mode: 0o600 });
}

async function keep(moment: 'before' | 'after', text: string, takenAt = new Date()): Promise<void> {
  await database.admin`
    INSERT INTO config_backups (organization_id, upgrade_id, moment, encrypted_data, encryption_key_id, taken_at)
    VALUES (${world().seed.acme.id}, ${id}, ${moment}, pgp_sym_encrypt(${text}, ${A}, 'cipher-algo=aes256'), 'a', ${takenAt})`;
}

async function keepOutput(attempt: number, text: string, takenAt = new Date()): Promise<void> {
  await database.admin`
    INSERT INTO upgrade_output (organization_id, upgrade_id, step, attempt, encrypted_data, encryption_key_id, taken_at)
    VALUES (${world().seed.acme.id}, ${id}, 'stage_image', ${attempt}, pgp_sym_encrypt(${text}, ${A}, 'cipher-algo=aes256'), 'a', ${takenAt})`;
}

function as(name: string, ...argv: readonly string[]): Promise<CliResult> {
  const person = { NETUP_OPERATOR: name, NETUP_ORGANIZATION: 'acme', NETUP_KEY_FILE: keyFile };
  return cli.run(argv, { ...databaseVariables(database.settings('app_user')), ...person });
}

/** Audit rows of the upgrade about what was kept of it. */
async function audited(): Promise<readonly unknown[]> {
  const rows = await database.admin`
    SELECT actor_name AS actor, action, router_id AS router, after FROM audit_events
    WHERE upgrade_id = ${id} AND (action LIKE 'config.%' OR action LIKE 'output.%') ORDER BY seq`;
  return rows.map((row) => ({ ...row }));
}

describe('upgrades config', () => {
  test('shows a configuration without its secrets, to operators, and audits it', async () => {
    await keep('before', BEFORE);
    expect(await as('ben', 'upgrades', 'config', id)).toEqual({
      code: 0,
      stdout: 'hostname r1\nenable secret 9 <removed>\nntp server 192.0.2.1\nsnmp-server community <removed> RO\n',
      stderr: '',
    });
    const revealed = { ...(await as('ada', 'upgrades', 'config', id, '--reveal')) };
    expect(revealed).toMatchObject({ code: 0, stdout: `${BEFORE}\n` });
    expect(await audited()).toEqual([
      { actor: 'ben', action: 'config.read', router: 'ams-edge-01', after: { moment: 'before', secrets: 'removed' } },
      { actor: 'ada', action: 'config.reveal', router: 'ams-edge-01', after: { moment: 'before', secrets: 'shown' } },
    ]);
  });

  test('shows what differs, and of a secret only that it does', async () => {
    await keep('before', BEFORE);
    await keep('after', AFTER);
    expect((await as('ben', 'upgrades', 'config', id, '--moment', 'diff')).stdout).toBe(
      [
        '@@ -1,4 +1,4 @@',
        ' hostname r1',
        '-enable secret 9 <removed>',
        '-ntp server 192.0.2.1',
        '+enable secret 9 <removed>',
        '+ntp server 192.0.2.2',
        ' snmp-server community <removed> RO',
        '',
      ].join('\n'),
    );
    await database.admin`UPDATE config_backups SET encrypted_data = (SELECT encrypted_data FROM config_backups WHERE moment = 'before')`;
    expect((await as('ben', 'upgrades', 'config', id, '--moment', 'diff')).stdout).toBe(
      'The configuration is as it was.\n',
    );
  });

  test('refuses who may not, what is not kept and what cannot be read, and leaves no trace of it', async () => {
    const refusals: string[] = [];
    const refused = async (name: string, ...flags: readonly string[]): Promise<void> => {
      const { code, stdout, stderr } = await as(name, 'upgrades', 'config', id, ...flags);
      expect({ failed: code !== 0, stdout }).toEqual({ failed: true, stdout: '' });
      refusals.push(stderr);
    };
    await refused('ben');
    await keep('before', BEFORE);
    await refused('cy');
    await refused('ana', '--reveal');
    await refused('ben', '--moment', 'diff');
    await refused('ben', '--moment', 'now');
    useKeys(`b:${B}`);
    await refused('ben');
    useKeys(`a:${B}`);
    await refused('ben');
    expect(refusals).toEqual([
      `No configuration from before upgrade ${id} is kept.\n`,
      "cy is viewer in acme; to see a device's configuration takes the role operator.\n",
      "ana is approver in acme; to see a device's configuration with its secrets takes the role admin.\n",
      `No configuration from after upgrade ${id} is kept.\n`,
      'netup-tui upgrades config: --moment is one of before, after, diff, not "now".\n',
      `What was kept of upgrade ${id} (before) is encrypted with the key "a", which is not among the keys here; add that key to NETUP_KEY_FILE.\n`,
      `What was kept of upgrade ${id} cannot be decrypted: its key is another one of the same name, or the data are damaged; check NETUP_KEY_FILE.\n`,
    ]);
    // The one that there was was decrypted before it turned out that the other is not there.
    expect(await audited()).toMatchObject([{ action: 'config.read', after: { moment: 'both' } }]);
  });
});

test('upgrades output shows what the device printed in each attempt at a step, without secrets', async () => {
  await keepOutput(1, 'copying\u001b[2J\npassword 7 0822455D0A16', new Date('2026-11-24T01:00:00Z'));
  expect((await as('ben', 'upgrades', 'output', id, 'stage_image')).stdout).toBe('copying\npassword 7 <removed>\n');
  await keepOutput(2, 'copied', new Date('2026-11-24T02:00:00Z'));
  expect((await as('ben', 'upgrades', 'output', id, 'stage_image')).stdout).toBe(
    '--- stage_image, attempt 1, until 2026-11-24T01:00:00.000Z\ncopying\npassword 7 <removed>\n' +
      '--- stage_image, attempt 2, until 2026-11-24T02:00:00.000Z\ncopied\n',
  );
  expect((await as('ada', 'upgrades', 'output', id, 'stage_image', '--reveal')).stdout).toContain('0822455D0A16');
  expect((await as('cy', 'upgrades', 'output', id, 'stage_image')).stderr).toContain('takes the role operator');
  expect((await as('ben', 'upgrades', 'output', id, 'activate')).stderr).toBe(
    `Nothing is kept of what the device printed in activate of upgrade ${id}.\n`,
  );
  expect((await as('ben', 'upgrades', 'output', id, 'reload')).stderr).toContain('"reload" is no step');
  expect(await audited()).toMatchObject([
    { action: 'output.read', after: { step: 'stage_image' } },
    { action: 'output.read' },
    { action: 'output.reveal', after: { secrets: 'shown' } },
  ]);
});

test('rotate-key encrypts what is kept of upgrades too, batch by batch, and names what it cannot', async () => {
  await keep('before', BEFORE);
  await keep('after', AFTER);
  await keepOutput(1, 'copied');
  useKeys(`b:${B}`, `a:${A}`);
  const rotated = await as('ada', 'credentials', 'rotate-key', '--organization', 'acme', '--batch', '1');
  expect(rotated).toEqual({
    code: 0,
    stdout:
      'acme: 0 credentials got the key b.\nacme: 1 of 3 have the key b\nacme: 2 of 3 have the key b\n' +
      'acme: 3 of 3 have the key b\nacme: 3 configurations and outputs of upgrades got the key b.\n',
    stderr: '',
  });
  useKeys(`b:${B}`);
  expect((await as('ada', 'upgrades', 'config', id, '--reveal')).stdout).toBe(`${BEFORE}\n`);
  expect((await as('ben', 'upgrades', 'output', id, 'stage_image')).stdout).toBe('copied\n');
  const events = await database.admin`SELECT target_type AS table, after->'rows' AS rows FROM audit_events
    WHERE action = 'upgrade.rotate_key' ORDER BY seq`;
  expect(events.map((event) => ({ ...event }))).toEqual([
    { table: 'config_backups', rows: [`${id} after`] },
    { table: 'config_backups', rows: [`${id} before`] },
    { table: 'upgrade_output', rows: [`${id} stage_image 1`] },
  ]);

  const C = newKey();
  await database.admin`UPDATE config_backups SET encryption_key_id = 'lost' WHERE moment = 'after'`;
  await database.admin`UPDATE config_backups SET encrypted_data = '\\xc30d0409' WHERE moment = 'before'`;
  useKeys(`c:${C}`, `b:${B}`);
  const partly = await as('ada', 'credentials', 'rotate-key', '--organization', 'acme');
  expect(partly.code).toBe(1);
  expect(partly.stdout).toContain('acme: 1 configuration or output of upgrades got the key c.\n');
  expect(partly.stderr).toMatch(
    /^acme: What was kept of upgrade \d+ \(after\) is encrypted with the key "lost", .*\nacme: What was kept of upgrade \d+ \(before\) cannot be decrypted: .*\nSo 2 kept the old key\.\n$/u,
  );
});

test('a worker deletes what is old enough, audited, and doctor counts keys that what is left has', async () => {
  const day = (days: number): Date => new Date(Date.now() - days * 86_400_000);
  await keep('before', BEFORE, day(31));
  await keep('after', AFTER, day(29));
  await keepOutput(1, 'old', day(40));
  const worker = openDatabase(database.settings('netup_worker'));
  onTestFinished(() => worker.close());
  const said: string[] = [];
  const log = { info: (message: string) => said.push(message), warn: () => undefined, error: () => undefined };
  const duty = keptTextsDuty({ database: worker, days: 30, log, now: () => new Date() });
  await duty.run();
  await duty.run();
  expect(said).toEqual(['old configurations: 2 configurations and outputs were older than 30 days, and deleted.']);
  expect([...(await database.admin`SELECT moment FROM config_backups`)]).toEqual([{ moment: 'after' }]);
  const events = await database.admin`SELECT actor_name AS actor, target_type AS table, before FROM audit_events
    WHERE action = 'upgrade.expire' ORDER BY seq`;
  expect(events.map((event) => ({ ...event }))).toEqual([
    { actor: 'worker', table: 'config_backups', before: { rows: 1, upgrades: [id] } },
    { actor: 'worker', table: 'upgrade_output', before: { rows: 1, upgrades: [id] } },
  ]);
  useKeys(`b:${B}`);
  expect((await as('ada', 'doctor')).stdout).toContain(
    'acme: 1 configuration or output has the key "a", which is not among the keys here.',
  );
});
