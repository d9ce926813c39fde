import { describe, expect, it } from 'vitest';
import { aHealth, aRouter } from '../../../../test/support/model-examples.ts';
import type { Trouble } from '../../../model/trouble.ts';
import type { FleetRow } from '../../loaders/fleet.ts';
import { pulseLines } from './lines.ts';
import { earlierPulse, PulseCount, type Pulse } from './pulse.ts';

const now = new Date('2026-10-15T14:00:00Z');

function row(name: string, troubles: readonly Trouble[], health: Parameters<typeof aHealth>[1] = {}): FleetRow {
  const router = aRouter({ id: name, hostname: name, site: name.slice(0, 3) });
  return { router, health: aHealth(now, health), readiness: null, policyName: null, cpu: null, troubles };
}

function sum(rows: Iterable<FleetRow>): Pulse {
  const count = new PulseCount();
  for (const each of rows) count.add(each);
  return count.result();
}

const names = (pulse: Pulse, trouble: Trouble): readonly string[] =>
  pulse.troubles[trouble].worst.map(({ router }) => router.hostname);

describe('the sum of a fleet', () => {
  it('keeps the worst first, equal ones by name, and counts them all', () => {
    const rows = Array.from({ length: 40 }, (_, index) =>
      row(`ams-${String(index).padStart(2, '0')}`, ['cpu'], { cpuMean: 81 + (index % 10) }),
    );
    const pulse = sum(rows);
    expect(pulse.troubles.cpu.count).toBe(40);
    expect(names(pulse, 'cpu')).toEqual(
      [9, 19, 29, 39, 8, 18, 28, 38, 7, 17, 27, 37].map((index) => `ams-${String(index).padStart(2, '0')}`),
    );
    expect(names(sum(rows.toReversed()), 'cpu')).toEqual(names(pulse, 'cpu'));
  });

  it('ranks each trouble by its own figure', () => {
    const pulse = sum([
      row('a', ['memory'], { memoryMinFree: 9 }),
      row('b', ['memory', 'errors'], { memoryMinFree: 3, criticalErrors: 4 }),
      row('c', ['errors'], { criticalErrors: 40 }),
      row('d', ['silent'], { newestAt: now.getTime() - 900_000 }),
      row('e', ['silent'], { newestAt: null }),
    ]);
    expect(names(pulse, 'memory')).toEqual(['b', 'a']);
    expect(names(pulse, 'errors')).toEqual(['c', 'b']);
    expect(names(pulse, 'silent')).toEqual(['e', 'd']);
  });

  it('lists sites with the most routers in trouble first, and none without', () => {
    const pulse = sum([
      row('fra-1', ['cpu']),
      row('ams-1', ['cpu']),
      row('ams-2', ['cpu', 'memory']),
      row('lon-1', []),
    ]);
    expect(pulse.sites).toEqual([
      { site: 'ams', troubled: 2, routers: 2 },
      { site: 'fra', troubled: 1, routers: 1 },
    ]);
    expect(pulse.routers).toBe(4);
  });

  it('is compared with the routers that were in trouble before', () => {
    const earlier = earlierPulse([
      ['a', 'ams', ['cpu', 'silent']],
      ['b', null, ['cpu']],
      ['c', 'ams', []],
    ]);
    expect([...earlier.troubles.cpu]).toEqual(['a', 'b']);
    expect([...earlier.sites]).toEqual([['ams', 1]]);
  });

  it('has no more lines than the four troubles, the sites and as many routers as there is room for', () => {
    const pulse = sum(Array.from({ length: 100 }, (_, index) => row(`ams-${index}`, ['cpu'], { cpuMean: 90 })));
    const routersIn = (height: number): number =>
      pulseLines(pulse, null, height).filter(({ kind }) => kind === 'router').length;
    expect([routersIn(1), routersIn(20), routersIn(36), routersIn(46), routersIn(200)]).toEqual([1, 2, 6, 8, 12]);
    expect(pulseLines(null, null, 20)).toEqual([]);
  });
});
