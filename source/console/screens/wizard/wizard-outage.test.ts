import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '../../../../test/support/cutting-proxy.ts';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import type { TestTerminal } from '../../../../test/support/terminal.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { chooseForReal } from '../../../../test/support/wizard-mode.ts';
import { countWritten, writtenUpgrades } from '../../../../test/support/written-upgrades.ts';
import { type Database, openDatabase } from '../../../postgres/database.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
let proxy: CuttingProxy;
let database: Database;

beforeEach(async () => {
  await forgetUpgrades(support.admin);
  await writeSteady(world().telemetry, world().seed.acme.id, ['ams-core-01', 'ams-edge-01']);
  const settings = support.settings('app_user');
  proxy = await startCuttingProxy(settings);
  database = openDatabase({ ...settings, port: proxy.port });
});

afterEach(async () => {
  await database.close();
  await proxy.stop();
});

/** The wizard of ams-core-01, with everything filled in but the host name. */
async function atConfirmation(): Promise<TestTerminal> {
  const terminal = start({ who: 'ben', columns: 80, rows: 24, context: { database } });
  await terminal.waitFor(/▌ +ams-core-01 /u);
  await terminal.type('u');
  await terminal.waitFor('(•) 17.12.03');
  await terminal.press('enter');
  await terminal.waitFor(/✔ Image/u);
  await terminal.press('enter');
  await terminal.waitFor('When may it start?');
  await chooseForReal(terminal);
  await terminal.press('tab');
  await terminal.type('CHG0042');
  await terminal.press('enter');
  await terminal.waitFor('1 upgrade to request');
  await terminal.press('enter');
  await terminal.waitFor('Type ams-core-01 to confirm');
  return terminal;
}

const waitForLock = (kind: 'relation' | 'advisory'): Promise<void> =>
  vi.waitFor(
    async () => {
      const waiting = await support.admin`
        SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND locktype = ${kind}`;
      expect(waiting).toHaveLength(1);
    },
    { timeout: 10_000 },
  );

describe('the wizard, when the database goes away', () => {
  it('leaves nothing half-written when cut between the upgrade and its steps, and requests once when it is back', async () => {
    const terminal = await atConfirmation();
    const before = await countWritten(support.admin);
    await support.admin.begin(async (holder) => {
      // The request has written the upgrade by now, and waits to write its steps.
      await holder`LOCK TABLE upgrade_steps IN SHARE MODE`;
      await terminal.type('ams-core-01\r\r');
      await terminal.waitFor('Judging the gates once more and writing …');
      await waitForLock('relation');
      await proxy.cut();
      await terminal.waitFor(/✖ .*PostgreSQL/u);
    });
    expect(terminal.text()).toMatch(/^ +ams-core-01/mu);
    await vi.waitFor(async () => {
      expect(await support.admin`SELECT FROM pg_locks WHERE relation = 'upgrade_steps'::regclass`).toEqual([]);
    });
    expect(await countWritten(support.admin)).toEqual(before);
    await terminal.press('esc', 'esc');
    await terminal.waitFor('CHG0042');
    await proxy.mend();
    await terminal.waitFor(/pg ●/u);
    await terminal.press('enter');
    await terminal.waitFor('1 upgrade to request');
    await terminal.press('enter');
    await terminal.waitFor('Type ams-core-01 to confirm');
    await terminal.press('enter');
    await terminal.waitFor('waits for approval');
    expect(await writtenUpgrades(support.admin)).toMatchObject([
      { router_id: 'ams-core-01', steps: 12, audit: 1, change_reference: 'CHG0042' },
    ]);
  });

  it('finds what was written although its answer was lost, and says so', async () => {
    const { admin } = support;
    await admin.unsafe(`
      CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER hold_commit AFTER INSERT ON upgrades DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION hold_commit()`);
    try {
      const terminal = await atConfirmation();
      await admin.begin(async (holder) => {
        await holder`SELECT pg_advisory_xact_lock(42)`;
        await terminal.type('ams-core-01\r');
        await waitForLock('advisory');
        await proxy.cut();
        await terminal.waitFor(/✖ .*PostgreSQL/u);
      });
      await vi.waitFor(async () => expect(await writtenUpgrades(admin)).toHaveLength(1));
      await proxy.mend();
      await terminal.waitFor(/pg ●/u);
      await terminal.press('enter');
      await terminal.waitFor('The first try had been written: 1 upgrade as confirmed then.');
      await terminal.waitFor('waits for approval');
      expect(await writtenUpgrades(admin)).toMatchObject([{ router_id: 'ams-core-01', steps: 12, audit: 1 }]);
    } finally {
      await admin.unsafe('DROP TRIGGER hold_commit ON upgrades; DROP FUNCTION hold_commit()');
    }
  });

  it('finishes behind an operator who went elsewhere, and does not come back', async () => {
    const terminal = await atConfirmation();
    await support.admin.begin(async (holder) => {
      await holder`LOCK TABLE upgrade_steps IN SHARE MODE`;
      await terminal.type('ams-core-01\r');
      await waitForLock('relation');
      await terminal.press('esc');
      await terminal.waitFor('The request is being written; wait for its outcome.');
      await terminal.type('U');
      await terminal.waitFor('upgrade ▸ upgrades');
    });
    await terminal.waitFor('1 upgrade requested');
    await terminal.waitFor('fleet ▸ upgrades');
    await terminal.press('esc');
    await terminal.waitFor('READY');
  });

  it('opens without it, and reads the routers as soon as it is back', async () => {
    const terminal = start({ who: 'ben', columns: 80, rows: 24, context: { database } });
    await terminal.waitFor(/▌ +ams-core-01 /u);
    await proxy.cut();
    await terminal.type('u');
    await terminal.waitFor('PostgreSQL does not answer; the routers are read as soon as it does.');
    await terminal.press('enter');
    await terminal.waitFor('The routers are still being read.');
    await proxy.mend();
    await terminal.waitFor('(•) 17.12.03');
  });
});
