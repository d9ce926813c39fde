import { beforeEach, describe, expect, it } from 'vitest';
import { useAgent } from '../../test/support/agent.ts';
import { useDatabase } from '../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../test/support/upgrades.ts';
import { setApprovalRules } from '../postgres/approval-rules.ts';
import { approveUpgrade, breakGlass } from '../upgrades/decide.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const { feel, forgetLater, kept, mode, request, run, stateOf, trail } = useAgent(test, world);
const waiting = { status: 'pending', by: null, deferred: null };
const approved = { status: 'approved', by: 'agent', deferred: null };

describe('the agent', () => {
  it('does nothing by itself where it only advises', async () => {
    const id = await request();
    await feel({ cpu: 99 });
    await run();
    expect([await stateOf(id), await kept(), await trail()]).toEqual([waiting, 0, []]);
  });

  it('keeps what its gates do not pass from being approved, once told, until they pass', async () => {
    const { services, as } = world();
    await mode({ mode: 'auto-defer' });
    const id = await request();
    await run();
    expect([await stateOf(id), await kept()]).toEqual([waiting, 0]);
    await feel({ cpu: 99 });
    await Promise.all([run(), run()]);
    await run();
    expect(await stateOf(id)).toMatchObject({ status: 'pending', deferred: 'cpu: 99.0%' });
    expect([await kept(), await trail()]).toEqual([1, ['agent.defer by agent']]);
    await expect(approveUpgrade(services, as.ana, id)).rejects.toThrow(
      `Upgrade ${id} of ams-core-01 cannot be approved: the agent defers it (cpu: 99.0%)`,
    );
    await feel({});
    await run();
    expect([await stateOf(id), await kept()]).toEqual([waiting, 2]);
    expect((await approveUpgrade(services, as.ana, id)).status).toBe('approved');
    expect(await trail()).toEqual(['agent.defer by agent', 'agent.release by agent']);
  });

  it('keeps nobody from an emergency, nor from anything once it only advises', async () => {
    const { services, as } = world();
    await mode({ mode: 'auto-defer' });
    const [first, second] = [await request(), await request('ams-core-02')];
    await feel({ cpu: 99 });
    await run();
    expect((await breakGlass(services, as.ada, first, 'fire')).status).toBe('approved');
    await mode({ mode: 'advise' });
    expect(await stateOf(second)).toEqual(waiting);
  });

  it('approves where the organization and the policy let it, in its own name, with the gates in the trail', async () => {
    await mode({ mode: 'auto-approve' });
    const id = await request();
    await run();
    expect(await stateOf(id)).toEqual(approved);
    expect(await trail()).toEqual(['upgrade.approve by agent']);
    const [event] = await test.admin`
      SELECT jsonb_array_length(after->'gates') AS gates, after->'policy' AS policy, after->>'decision' AS decision, actor_role
      FROM audit_events WHERE upgrade_id = ${id} AND action = 'upgrade.approve'`;
    const [decision] = await test.admin`SELECT id::text, verdict, upgrade_id::text AS upgrade FROM decisions`;
    expect(decision).toMatchObject({ verdict: 'approve', upgrade: id });
    const policy = { id: world().seed.acme.policies.asr, version: expect.any(Number) };
    expect(event).toEqual({ gates: 12, policy, decision: decision?.['id'], actor_role: 'approver' });
  });

  it('counts as one of the approvals that are wanted, before a person and after one', async () => {
    const { scope, services, as } = world();
    await setApprovalRules(scope, as.ada, { approvers: 2 });
    await mode({ mode: 'auto-approve', perSite: 5 });
    const [first, second] = [await request(), await request('ams-core-02')];
    expect((await approveUpgrade(services, as.ana, second)).status).toBe('pending');
    await run();
    await run();
    expect([await stateOf(first), await stateOf(second)]).toEqual([waiting, approved]);
    expect(await trail()).toEqual(['upgrade.approve by agent', 'upgrade.approve by agent']);
    expect((await approveUpgrade(services, as.ana, first)).status).toBe('approved');
  });

  it('is no longer counted once it may not approve', async () => {
    const { scope, services, as } = world();
    await setApprovalRules(scope, as.ada, { approvers: 2 });
    await mode({ mode: 'auto-approve' });
    const id = await request();
    await run();
    await mode({ mode: 'auto-defer' });
    expect((await approveUpgrade(services, as.ana, id)).status).toBe('pending');
    expect((await approveUpgrade(services, as.ada, id)).status).toBe('approved');
  });
});

describe('the agent does not approve', () => {
  beforeEach(() => mode({ mode: 'auto-approve' }));

  it('what an MCP client asked for, nor what nobody knows who asked for', async () => {
    const [first, second] = [await request('ams-core-01', 'mcp'), await request('ams-core-02')];
    await test.admin.begin(async (sql) => {
      await sql`SET LOCAL session_replication_role = replica`;
      await sql`UPDATE upgrades SET requested_via = NULL WHERE id = ${second}`;
    });
    await run();
    expect([await stateOf(first), await stateOf(second)]).toEqual([waiting, waiting]);
    expect(await trail()).toEqual([
      'agent.withhold by agent: no person asked for it in the console or on the command line',
    ]);
  });

  it('where the policy does not say so', async () => {
    await test.admin`UPDATE upgrade_policies SET auto_approve = false`;
    const id = await request();
    await run();
    expect([await stateOf(id), await trail()]).toEqual([waiting, []]);
  });

  it('outside of the window of the policy, which a person may', async () => {
    await test.admin`UPDATE upgrade_policies SET auto_approve = true`;
    // Its window is four hours from now, whenever that is.
    const then = new Date(Date.now() + 4 * 3_600_000);
    await test.admin`
      UPDATE upgrade_policies SET window_weekday = extract(isodow FROM ${then}::timestamptz AT TIME ZONE 'UTC'),
        window_start = date_trunc('minute', ${then}::timestamptz AT TIME ZONE 'UTC')::time, window_minutes = 60, window_time_zone = 'UTC'
      WHERE id = ${world().seed.acme.policies.amsJuniper}`;
    const id = await request('ams-edge-01');
    await run();
    expect(await stateOf(id)).toEqual(waiting);
    expect(await trail()).toEqual(['agent.withhold by agent: its decision is not to approve']);
    // It is left alone for a while after that.
    await run();
    expect(await kept()).toBe(1);
  });

  it('more at one site at once, or in a day, than it may', async () => {
    const [first, second] = [await request(), await request('ams-core-02')];
    await run();
    expect([await stateOf(first), await stateOf(second)]).toEqual([approved, waiting]);
    await mode({ perSite: 5, perDay: 1 });
    forgetLater();
    await run();
    expect(await stateOf(second)).toEqual(waiting);
    expect(await trail()).toEqual([
      'upgrade.approve by agent',
      'agent.withhold by agent: the agent has approved as many at its site at once as it may',
      'agent.withhold by agent: the agent has approved as many in 24 hours as it may',
    ]);
    await mode({ perDay: 2 });
    forgetLater();
    await run();
    expect(await stateOf(second)).toEqual(approved);
  });

  it('more than it may when several workers look at once', async () => {
    await mode({ perDay: 3, perSite: 5 });
    const ids = [await request(), await request('ams-core-02')];
    await mode({ perSite: 1 });
    await Promise.all([run(), run(), run()]);
    const states = await Promise.all(ids.map((id) => stateOf(id)));
    expect(states).toEqual(expect.arrayContaining([approved, waiting]));
    expect((await trail()).filter((line) => line.startsWith('upgrade.approve'))).toHaveLength(1);
  });

  it('what a model objects to, and leaves it to people', async () => {
    const { services, as } = world();
    const promptHash = 'b'.repeat(64);
    const said = { model: 'm', promptHash, answer: '{}', reasons: ['no'], fallback: null };
    const id = await request();
    await run({ model: 'm', ask: () => Promise.resolve({ ...said, verdict: 'defer' }) });
    expect(await stateOf(id)).toEqual(waiting);
    expect((await approveUpgrade(services, as.ana, id)).status).toBe('approved');
    const other = await request('ams-core-02');
    await run({ model: 'm', ask: () => Promise.resolve({ ...said, verdict: null, fallback: 'away' }) });
    expect(await stateOf(other)).toEqual(approved);
  });
});
