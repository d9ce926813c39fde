import { beforeAll, describe, expect, it } from 'vitest';
import { startCuttingProxy } from '../../../../test/support/cutting-proxy.ts';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { appendAudit } from '../../../postgres/audit.ts';
import { openDatabase } from '../../../postgres/database.ts';
import { setApprovalRules } from '../../../postgres/approval-rules.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
type Terminal = ReturnType<typeof start>;

async function append(action: string, change: object = {}, organization: 'acme' | 'globex' = 'acme'): Promise<void> {
  const { database, seed, as } = world();
  await database
    .organization(seed[organization].id)
    .transaction((sql) =>
      appendAudit(sql, [
        { actor: as.ben, action, targetType: 'router', targetId: 'ams-core-01', routerId: 'ams-core-01', ...change },
      ]),
    );
}

beforeAll(async () => {
  const { scope, as } = world();
  await setApprovalRules(scope, as.ada, { approvers: 2 });
  await append('router.set', { before: { target: '1.0' }, after: { target: '2.0' }, reason: 'ticket 7' });
  await append('router.secret', {}, 'globex');
});

async function open(setup?: Parameters<typeof start>[0]): Promise<Terminal> {
  const terminal = start(setup);
  await terminal.waitFor('READY');
  await terminal.press('L');
  await terminal.waitFor('acme ▸ fleet ▸ audit');
  await terminal.waitFor('TIME (UTC)');
  return terminal;
}

describe('the audit trail', () => {
  it('is shown newest first with what changed, and grows while it is looked at', async () => {
    const terminal = await open();
    await terminal.waitFor(
      /▌ +2 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +ben +operator +router\.set +ams-core-01 +console +ticket 7/u,
    );
    expect(terminal.text()).toMatch(/1 .* ada +admin +approval_rules\.set/u);
    expect(terminal.text()).toMatch(/reason: ticket 7\n - target: "1\.0"\n \+ target: "2\.0"/u);
    expect(terminal.text()).not.toContain('router.secret');
    await terminal.waitFor('1 of 2 rows · follows');
    await append('router.look');
    await terminal.waitFor(/▌ +3 .*router\.look/u);
    await terminal.press('j');
    await append('router.again');
    await terminal.waitFor(/4 .*router\.again[^▌]*3 .*router\.look[^▌]*▌ +2 .*router\.set/u);
  });

  it('fits into 80 by 24 and 200 by 50, and cannot write on the screen what it is told', async () => {
    await append('router.note', {
      reason: '\u001B[2J\u001B]0;owned\u0007\r\nbad',
      after: { text: '\u202Eevil\u001B[31m' },
    });
    const small = await open({ columns: 80, rows: 24 });
    await small.waitFor(/▌ +5 .*router\.note/u);
    expect(small.text()).not.toMatch(/[\u001B\u0007\u202E]/u);
    await small.press('enter');
    await small.waitFor('Audit row 5');
    await small.waitFor('reason: ');
    expect(small.text()).not.toMatch(/[\u001B\u0007\u202E]/u);
    const large = await open({ columns: 200, rows: 50 });
    await large.waitFor(/1 of 5 rows/u);
  });

  it('is filtered by who, what and words as it is written; a fault is said in place', async () => {
    const terminal = await open();
    await terminal.waitFor('1 of 5 rows');
    await terminal.type('/who=ada');
    await terminal.waitFor('1 of 1 rows');
    expect(terminal.text()).toContain('approval_rules.set');
    await terminal.press('enter', 'esc');
    await terminal.waitFor('1 of 5 rows');
    await terminal.type('/since=2w');
    await terminal.waitFor('since needs a span or a day');
    await terminal.press('esc');
    await terminal.type('/TICKET 7\r');
    await terminal.waitFor('1 of 1 rows');
    expect(terminal.text()).toContain('router.set');
    await terminal.press('o');
    await terminal.waitFor('audit ▸ ams-core-01');
    await terminal.press('esc', '/');
    await terminal.type(' nothing%_');
    await terminal.waitFor('No row fits the filter; esc takes it away.');
  });

  it('says how its chain stands: signed, with rows since, or broken', async () => {
    const { seed } = world();
    const terminal = await open();
    await terminal.waitFor(/5 rows, the last .* \? no signed checkpoint yet/u);
    await support.admin`
      INSERT INTO audit_checkpoints (organization_id, seq, hash, "timestamp", made_at, key_id, signature)
      SELECT organization_id, seq, hash, "timestamp", now(), 'key', 'signature' FROM audit_events
      WHERE organization_id = ${seed.acme.id} AND seq = 5`;
    await append('router.after');
    await terminal.waitFor(/6 rows, .* ✔ signed up to 5 .*, 1 since/u);
    await terminal.press('e');
    await terminal.waitFor('netup-tui audit verify --organization acme');
    await terminal.press('enter');
    await support.admin`
      INSERT INTO audit_checkpoints (organization_id, seq, hash, "timestamp", made_at, key_id, signature)
      VALUES (${seed.acme.id}, 6, '\\x00', now(), now(), 'key', 'signature')`;
    await append('router.last');
    await terminal.waitFor('✖ The chain is not what checkpoint 6 signed: run `netup-tui audit verify`.');
  });
});

it('stays while PostgreSQL does not answer, with its age', { timeout: 60_000 }, async () => {
  const proxy = await startCuttingProxy(support.settings('app_user'));
  const database = openDatabase({ ...support.settings('app_user'), port: proxy.port });
  const terminal = await open({ columns: 80, rows: 24, context: { database } });
  await terminal.waitFor('router.set');
  await proxy.cut();
  await terminal.waitFor(/PostgreSQL does not answer: as of \d+ s ago\./u);
  expect(terminal.text()).toContain('router.set');
  await proxy.mend();
  await terminal.waitForGone('PostgreSQL does not answer: as of');
  await terminal.press('ctrl+c');
  await database.close();
  await proxy.stop();
});
