import { array, assert, asyncProperty, double, integer, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { Agent } from '../../simulator/snmp/agent.ts';
import { startAgents } from '../../simulator/snmp/start-agents.ts';
import { plainSubject } from '../../simulator/snmp/subject.ts';
import { refusalOf } from '../../telemetry/validate-point.ts';
import { targetOf } from '../../../test/support/poll-target.ts';
import { PollFailed } from '../poller.ts';
import { openSnmpPoller } from './snmp-poller.ts';

test('whatever bytes of answers are damaged, a poll ends with points that can be stored, or with a PollFailed', async () => {
  const bootedAt = new Date(Date.now() - 86_400_000);
  const subject = plainSubject({ platform: 'eos', hostname: 'r1', interfaceCount: 3, bootedAt, now: () => new Date() });
  const agent = new Agent(subject);
  let damage: readonly (readonly [place: number, byte: number])[] = [];
  const damaged = {
    delay: 0,
    answer(message: Buffer): Buffer | null {
      const answer = agent.answer(message);
      for (const [place, byte] of damage) if (answer !== null) answer[Math.floor(place * answer.length)] = byte;
      return answer;
    },
  };
  const agents = await startAgents([damaged]);
  const poller = openSnmpPoller({
    loginOf: () => Promise.resolve({ version: '2c', community: 'public' }),
    timeoutMs: 25,
    retries: 0,
  });
  const target = targetOf({ platform: 'eos', snmpPort: agents.ports[0] ?? 0 });
  const place = double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  let readings = 0;
  try {
    await assert(
      asyncProperty(
        array(tuple(place, integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
        async (drawn) => {
          damage = drawn;
          const signal = AbortSignal.timeout(5000);
          const reading = await poller
            .poll(target, ['health', 'interfaces', 'facts'], signal)
            .catch((error: unknown) => {
              if (error instanceof PollFailed) return null;
              throw error;
            });
          if (reading !== null) readings += 1;
          const refused = (reading?.points ?? []).flatMap((point) => refusalOf(point, Date.now()) ?? []);
          // A figure can be damaged and still be read as one: out of its limits, the store refuses it.
          expect(refused.filter((why) => why !== 'number out of range')).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
    expect(readings).toBeGreaterThan(10);
  } finally {
    await poller.close();
    await agents.stop();
  }
});
