import { beforeAll, expect, it, vi } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import type { Advisor } from '../../../agent/advisors/advisor.ts';
import type { Advice } from '../../../model/agent.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
const openAt = { router: 'ams-edge-01' };

beforeAll(async () => {
  const { telemetry, seed } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01'], { cpu: 12 });
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-02'], { cpu: 91 });
});

const answer = (change: Partial<Advice>): Advice => ({
  model: 'tiny:1b',
  promptHash: 'a'.repeat(64),
  answer: 'as it came',
  verdict: 'no-objection',
  reasons: [],
  fallback: null,
  ...change,
});

/** An advisor that answers when it is let, and notes how often it was asked. */
function advisor(advice: Advice): { readonly asked: () => number; readonly let: () => void; readonly one: Advisor } {
  const release = Promise.withResolvers<void>();
  let asked = 0;
  return {
    asked: () => asked,
    let: () => release.resolve(),
    one: {
      model: advice.model,
      async ask(_question, signal) {
        asked += 1;
        const stopped = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
        await Promise.race([release.promise, stopped]);
        return advice;
      },
    },
  };
}

const kept = async (): Promise<number> => (await support.admin`SELECT FROM decisions`).length;

it('is made by a key, which asks the model and holds no other key, and says whose words are whose', async () => {
  const reasons = ['Its \u001b[31mneighbour\u0007 is busy.'];
  const asking = advisor(answer({ verdict: 'defer', reasons }));
  const terminal = start({ who: 'cy', context: { openAt, openAdvisor: () => Promise.resolve(asking.one) } });
  await terminal.waitFor('✔ READY  (10 of 10 gates pass)');
  expect(terminal.text()).toMatch(/GATES +figures of \d\d:\d\d–\d\d:\d\d CES?T, for the target version/u);
  expect(terminal.text()).toMatch(/in 7 d.* since 20\d\d-\d\d-\d\d \d\d:\d\d CES?T/u);
  expect(asking.asked()).toBe(0);
  await terminal.press('d');
  await terminal.waitFor('DECISION   asking the model tiny:1b …');
  await terminal.press('w');
  await terminal.waitFor('CPU, 30 d');
  asking.let();
  await terminal.waitFor(/◌ DEFER {2}.* by cy \(console\) +to 22\.4R3-S2 · policy #\d+ version 1/u);
  await terminal.waitFor('says the model tiny:1b: DEFER');
  await terminal.waitFor('“Its neighbour is busy.”');
  const [row] = await support.admin`
    SELECT d.verdict, d.source, d.advisor_verdict, o.name FROM decisions AS d JOIN operators AS o ON o.id = d.asked_by`;
  expect(row).toEqual({ verdict: 'defer', source: 'console', advisor_verdict: 'defer', name: 'cy' });
});

it('is shown to whoever comes later, with its age', async () => {
  await support.admin`ALTER TABLE decisions DISABLE TRIGGER decisions_append_only`;
  await support.admin`UPDATE decisions SET decided_at = decided_at - interval '3 hours'`;
  await support.admin`ALTER TABLE decisions ENABLE TRIGGER decisions_append_only`;
  const terminal = start({ columns: 80, rows: 24, context: { openAt } });
  await terminal.waitFor('✔ READY');
  await terminal.press('pgdn');
  await terminal.waitFor(/◌ DEFER {2}3 h ago by cy \(console\)/u);
  await terminal.waitFor('says the model tiny:1b: DEFER');
});

it('tells why a model was not heard, and that the gates alone decided', async () => {
  const asking = advisor(answer({ verdict: null, fallback: 'no answer in 20 s' }));
  asking.let();
  const terminal = start({ context: { openAt, openAdvisor: () => Promise.resolve(asking.one) } });
  await terminal.waitFor('✔ READY');
  await terminal.press('d');
  await terminal.waitFor(/✔ APPROVE {2}.* by ana \(console\)/u);
  await terminal.waitFor('the model tiny:1b was not heard, so the gates alone decided: no answer in 20 s');
});

it('can be cancelled, and left, and then keeps nothing', async () => {
  const before = await kept();
  const asking = advisor(answer({}));
  const terminal = start({ context: { openAt, openAdvisor: () => Promise.resolve(asking.one) } });
  await terminal.waitFor('✔ READY');
  await terminal.press('d');
  await terminal.waitFor('asking the model');
  await terminal.press('c');
  await terminal.waitForGone('asking the model');
  await terminal.press('d');
  await terminal.waitFor('asking the model');
  expect(asking.asked()).toBe(2);
  await terminal.press('esc');
  await terminal.waitFor('1 of 6');
  asking.let();
  await terminal.press('j', 'j', 'enter');
  await terminal.waitFor('fleet ▸ ams-edge-02');
  await terminal.waitFor('◌ DEFER');
  expect(terminal.text()).not.toContain('asking');
  expect(await kept()).toBe(before);
});

it('asks no model where a gate stands in the way, and keeps nothing where the program may only read', async () => {
  const before = await kept();
  const asking = advisor(answer({}));
  const context = { openAt: { router: 'ams-edge-02' }, readOnly: true, openAdvisor: () => Promise.resolve(asking.one) };
  const terminal = start({ context });
  await terminal.waitFor('◌ DEFER');
  await terminal.press('d');
  await terminal.waitFor(/◌ DEFER {2}just now by ana \(console\) {2}not kept: read-only/u);
  await terminal.waitFor('CPU mean over 2 h: 91.0%, must be ≤ 80%');
  expect(asking.asked()).toBe(0);
  expect(await kept()).toBe(before);
});

it('says what is wrong with the settings of the model', async () => {
  const openAdvisor = (): Promise<null> => Promise.reject(new Error('NETUP_ADVISOR_MODEL is not set.'));
  const terminal = start({ context: { openAt, openAdvisor } });
  await terminal.waitFor('✔ READY');
  await terminal.press('d');
  await terminal.waitFor('NETUP_ADVISOR_MODEL is not set.');
  await vi.waitFor(() => expect(terminal.text()).not.toContain('reading the inventory'));
});

it('is made in the wizard as well, where a model that defers keeps no person from requesting', async () => {
  const asking = advisor(answer({ verdict: 'defer', reasons: ['Its peer is young.'] }));
  asking.let();
  const terminal = start({ who: 'ben', context: { openAt, openAdvisor: () => Promise.resolve(asking.one) } });
  await terminal.waitFor('✔ READY');
  await terminal.press('u');
  await terminal.waitFor('(•) 22.4R3-S2');
  await terminal.press('enter');
  await terminal.waitFor(/over the 2 h before that, \d\d:\d\d–\d\d:\d\d CES?T/u);
  await terminal.waitFor(/LAST DECISION FOR THE RECORD\n.*✔ APPROVE .* by ana \(console\)/u);
  await terminal.press('d');
  await terminal.waitFor(/◌ DEFER {2}.* by ben \(console\)/u);
  await terminal.waitFor('“Its peer is young.”');
  await terminal.press('enter');
  await terminal.waitFor('When may it start?');
});
