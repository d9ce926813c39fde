import { expect, it, vi } from 'vitest';
import { useAgent } from '../../../test/support/agent.ts';
import { useDatabase } from '../../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../../test/support/upgrades.ts';
import { openDatabase } from '../../postgres/database.ts';
import { openEmbeddedStore } from '../../telemetry/embedded/embedded-store.ts';
import type { TelemetryStore } from '../../telemetry/store.ts';
import { agentDuty } from './agent-duty.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const { mode, request, stateOf, worker } = useAgent(test, world);

function dutyOver(telemetry: TelemetryStore) {
  const log = {
    info: vi.fn<(text: string) => void>(),
    warn: vi.fn<(text: string) => void>(),
    error: vi.fn<() => void>(),
  };
  return { log, duty: agentDuty({ database: worker(), telemetry, advisor: null, log, now: () => new Date() }) };
}

it('looks at the organizations that let the agent do something, and at no others', async () => {
  const { duty } = dutyOver(world().telemetry);
  const id = await request();
  await duty.run();
  expect(await stateOf(id)).toMatchObject({ status: 'pending' });
  await mode({ mode: 'auto-approve' });
  await vi.waitFor(async () => {
    await duty.run();
    expect(await stateOf(id)).toMatchObject({ status: 'approved', by: 'agent' });
  });
});

it('decides nothing without telemetry, and says so once', async () => {
  const nowhere = openDatabase({ ...test.settings('netup_worker'), port: 1 });
  const { duty, log } = dutyOver(openEmbeddedStore(nowhere));
  await mode({ mode: 'auto-approve' });
  const id = await request();
  await vi.waitFor(async () => {
    await duty.run();
    expect(log.warn).toHaveBeenCalledTimes(1);
  });
  await duty.run();
  expect(log.warn).toHaveBeenCalledTimes(1);
  expect(log.warn.mock.calls[0]?.[0]).toMatch(/^agent: nothing is decided: /u);
  expect(await stateOf(id)).toMatchObject({ status: 'pending', deferred: null });
  await nowhere.close();
});
