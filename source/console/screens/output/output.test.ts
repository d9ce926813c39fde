import { beforeEach, describe, expect, it } from 'vitest';
import { keysOf, newKey } from '../../../../test/support/encryption-keys.ts';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { beginRow, putWorker, stepRow } from '../../../../test/support/upgrade-rows.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import type { StepName } from '../../../model/upgrade.ts';
import { approveUpgrade } from '../../../upgrades/decide.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
const key = newKey();
const encryptionKeys = (): ReturnType<typeof keysOf> => keysOf({ a: key }, 'a');
let id = '';

beforeEach(async () => {
  const { telemetry, seed, services, as } = world();
  await forgetUpgrades(support.admin);
  await putWorker(support.admin);
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01']);
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
  id = upgrades[0]?.upgradeId ?? '';
  await approveUpgrade(services, as.ana, id);
  await beginRow(support.admin, id);
  await stepRow(support.admin, id, 'backup_config', 'success');
  await stepRow(support.admin, id, 'stage_image', 'running');
});

/** Keeps output as a worker does. */
async function keep(step: StepName, text: string, attempt = 1): Promise<void> {
  await support.admin`
    INSERT INTO upgrade_output (organization_id, upgrade_id, step, attempt, encrypted_data, encryption_key_id)
    VALUES (${world().seed.acme.id}, ${id}, ${step}, ${attempt}, pgp_sym_encrypt(${text}, ${key}, 'cipher-algo=aes256'), 'a')
    ON CONFLICT (organization_id, upgrade_id, step, attempt) DO UPDATE
    SET encrypted_data = excluded.encrypted_data, taken_at = clock_timestamp()`;
}

function open(setup: Parameters<typeof start>[0] = {}): ReturnType<typeof start> {
  const context = { encryptionKeys, ...setup.context, openAt: { upgrade: id } };
  return start({ columns: 80, rows: 24, who: 'ben', ...setup, context });
}

async function audited(): Promise<readonly unknown[]> {
  const rows = await support.admin`
    SELECT actor_name AS actor, after ->> 'step' AS step, after ->> 'secrets' AS secrets FROM audit_events
    WHERE upgrade_id = ${id} AND action LIKE 'output.%' ORDER BY seq`;
  return rows.map((row) => ({ ...row }));
}

const lines = (count: number, from = 1): string =>
  Array.from({ length: count }, (_, index) => `line ${from + index}.`).join('\n');

describe('what a device prints', () => {
  it('is followed to its end and into the next step, without secrets, and audited once a step', async () => {
    const terminal = open();
    await terminal.waitFor('o output');
    await terminal.press('o');
    await terminal.waitFor('▸ device output');
    await terminal.waitFor('The device printed nothing yet.');
    expect(await audited()).toEqual([]);
    await keep('stage_image', `password 7 0822455D0A16\u001b[31m\n${lines(40)}`);
    await terminal.waitFor('line 40.');
    await terminal.waitFor(/▶ stage_image +kept .*; known secrets are taken out/u);
    await terminal.waitFor('lines 23–41 of 41 · follows');
    await keep('stage_image', `password 7 0822455D0A16\n${lines(60)}`);
    await terminal.waitFor('line 60.');
    await terminal.press('g');
    await terminal.waitFor('password 7 <removed>');
    await terminal.waitFor('lines 1–19 of 61');
    await keep('stage_image', `password 7 0822455D0A16\n${lines(70)}`);
    await terminal.waitFor('lines 1–19 of 71');
    expect(terminal.text()).not.toContain('0822455D0A16');
    await terminal.press('G');
    await terminal.waitFor('line 70.');
    await stepRow(support.admin, id, 'stage_image', 'success');
    await stepRow(support.admin, id, 'verify_image', 'running');
    await keep('verify_image', 'verified');
    await terminal.waitFor(/▶ verify_image.*\n +step 2 of 2 that printed something +← stage_image/u);
    await terminal.waitFor('verified');
    await terminal.press('left');
    await terminal.waitFor(/✔ stage_image.*\n +step 1 of 2 that printed something +verify_image →/u);
    expect(await audited()).toEqual([
      { actor: 'ben', step: 'stage_image', secrets: 'removed' },
      { actor: 'ben', step: 'verify_image', secrets: 'removed' },
    ]);
    await terminal.press('esc', 'o');
    await terminal.waitFor('verified');
    expect(await audited()).toHaveLength(3);
  });

  it('tells its attempts apart, and wraps what is too long', async () => {
    await keep('stage_image', `cut off ${'x'.repeat(100)}`);
    await keep('stage_image', 'copied', 2);
    const terminal = open();
    await terminal.waitFor('o output');
    await terminal.press('o');
    await terminal.waitFor(/--- stage_image, attempt 1, until [^]*x{20}\n +x{20}[^]*attempt 2, until .*\n copied/u);
  });

  it.each([
    ['none', {}, /is encrypted with the key "a", which\n +is not among the keys here/u],
    [
      'another one of the same name',
      { a: newKey() },
      /cannot be decrypted: its key is another one of the\n +same name/u,
    ],
  ])('is not shown without its key: %s', async (_, keys, sentence) => {
    await keep('stage_image', 'copied');
    const terminal = open({ context: { encryptionKeys: () => keysOf(keys, '') } });
    await terminal.waitFor('o output');
    await terminal.press('o');
    await terminal.waitFor(sentence);
    await terminal.waitFor('NETUP_KEY_FILE');
    expect(terminal.text()).not.toContain('copied');
    expect(await audited()).toEqual([]);
  });

  it('is not for viewers, who are told so', async () => {
    await keep('stage_image', 'copied');
    const terminal = open({ who: 'cy' });
    await terminal.waitFor('▶ stage_image');
    expect(terminal.screen().at(-1)).not.toContain('o output');
    await terminal.press('o');
    await terminal.waitFor('This needs the role operator; you are viewer in acme.');
    expect(await audited()).toEqual([]);
  });
});
