import { array, assert, boolean, constantFrom, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aHealth, aRouter } from '../../../test/support/model-examples.ts';
import { type FilteredRow, fleetFilterSchema } from '../fleet-filter.ts';
import { completeFilter } from './complete.ts';
import { filterReader } from './filter.ts';
import { narrows } from './narrows.ts';

const read = filterReader(fleetFilterSchema);

function aRow(router: Parameters<typeof aRouter>[0] = {}, health = true): FilteredRow {
  return {
    router: aRouter(router),
    health: health ? aHealth(new Date(), { cpuLatest: 80.4, memoryLatestFree: 15, criticalErrors: 2 }) : null,
    readiness: { state: 'blocked', reason: 'cpu' },
    policyName: 'core, Cisco, careful',
  };
}

function keeps(text: string, row = aRow()): boolean {
  const found = read(text);
  if (!found.ok) throw new Error(found.fault.text);
  return found.keep === null || found.keep(row);
}

describe('a filter', () => {
  it.each([
    ["'amcr1", true],
    ["'1roc", false],
    ["!'amcr1", false],
    // Letters of two fields are not one word.
    ["'01ams", false],
    ['~^ams-(core|edge)-\\d+$', true],
    ['~^edge', false],
    ['/Core-\\D/', false],
    ['/AMS-core-\\S/', true],
    ['/core, cisco/', true],
    ['!/^fra/', true],
    ['site~^a', true],
    ['!site~^a', false],
    ['site==am', false],
    ['site==AMS', true],
    ['policy="core, cisco"', true],
    ['"core, cisco"', true],
    ['!"core, juniper"', true],
    ['!!core', true],
    ['hostname=core MEM<20', true],
    ['site=ams cpu>80 status=active version<17.12', true],
  ])('%j', (text, kept) => expect(keeps(text)).toBe(kept));

  it.each([
    ['cpu>80 site>x', 7, 'site can be compared by'],
    ['site=ams !colour=1', 10, 'there is no field colour'],
    ['core cpu>x', 9, 'cpu> needs a number'],
    ['core "ams', 5, 'this quote is not closed'],
    ['core site="ams', 10, 'this quote is not closed'],
    ['core /ams', 5, 'needs a / at its end'],
    ['core !', 6, 'a word must follow !'],
    ['core ~', 5, 'a word must follow ~'],
    ['~(a', 0, 'this is no regular expression'],
    ['site~(a', 5, 'this is no regular expression'],
    ['~(a)\\1', 0, 'could take too long'],
    ['version<', 8, 'version< needs a version'],
    ['cpu~8', 4, 'cpu is a number'],
  ])('%j is wrong at %i', (text, at, words) => {
    const found = read(text);
    expect(found.ok ? null : found.fault).toEqual({ at, text: expect.stringContaining(words) });
  });

  it('never throws, whatever is written', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 40 }), (text) => {
        const found = read(text);
        if (found.ok) found.keep?.(aRow());
        expect(found.ok ? 0 : found.fault.at).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it('runs an expression that would take years elsewhere', () => {
    expect(keeps('host~(a+)+$', aRow({ hostname: `${'a'.repeat(60)}!` }))).toBe(false);
  });
});

describe('versions', () => {
  const cases: readonly (readonly [string, Parameters<typeof aRouter>[0], boolean])[] = [
    ['version<17.10', { runningVersion: '17.9.4' }, true],
    ['version<17.9', { runningVersion: '17.10.1' }, false],
    // A train stands for all of its releases.
    ['version<17.9', { runningVersion: '17.9.1' }, false],
    ['version<=17.9', { runningVersion: '17.9.4a' }, true],
    ['version>17.9', { runningVersion: '17.9.4a' }, false],
    ['version>17.9', { runningVersion: '17.12.1' }, true],
    ['version<17', { runningVersion: '16.12.4' }, true],
    ['version>=22.4', { platform: 'junos', runningVersion: '22.4R2-EVO' }, true],
    ['version>=17.9.4', { runningVersion: '17.09.04' }, true],
    ['version=17.9.4', { runningVersion: '17.09.04' }, true],
    ['version==17.9.4', { runningVersion: '17.09.04' }, true],
    ['version=17.09', { runningVersion: '17.09.04a' }, true],
    ['version!=17.9.4', { runningVersion: '17.09.04' }, false],
    ['version<22.4R1', { platform: 'junos', runningVersion: '21.4R3-S5' }, true],
    ['target>22.4R1', { platform: 'junos', targetVersion: '22.4R3-S2' }, true],
    ['version<4.31', { platform: 'eos', runningVersion: '4.30.1F' }, true],
  ];
  it.each(cases)('%s of %j', (text, router, kept) => expect(keeps(text, aRow(router))).toBe(kept));

  it.each([
    { platform: null },
    { platform: 'junos', runningVersion: '21.4R3-S5' },
    { platform: 'ios-xe', runningVersion: 'banana' },
  ] as const)('that have no order meet no comparison, turned around or not: %j', (router) => {
    for (const text of ['version<17.9.4', 'version>=17.9.4', '!version<17.9.4']) {
      expect(keeps(text, aRow(router))).toBe(false);
    }
  });
});

describe('narrows', () => {
  const rows = ['ams-core-01', 'ams-edge-07', 'fra-core-02'].flatMap((hostname) => [
    aRow({ hostname, site: hostname.slice(0, 3), managementAddress: '10.20.0.1', runningVersion: '17.9.4' }),
    aRow({ hostname, site: null, managementAddress: '20.10.0.1', runningVersion: '17.12.3' }, false),
  ]);
  const term = tuple(
    constantFrom('', '!'),
    constantFrom('', '', "'", 'site=', 'site==', 'cpu=', 'cpu>', 'version=', 'version<', '~'),
    constantFrom('a', 'am', 'ams', 'core', '1', '10', '10.2', '8', '80', '17', '17.9', '17.9.4', '0.1'),
  );
  const filter = array(
    term.map((parts) => parts.join('')),
    { maxLength: 3 },
  );

  it('is only said where every row that is kept was kept before', () => {
    let said = 0;
    assert(
      property(filter, filter, boolean(), (first, second, longer) => {
        const before = read(first.join(' '));
        const after = read((longer ? [...first, ...second] : second).join(' '));
        if (!before.ok || !after.ok || !narrows(fleetFilterSchema, before.terms, after.terms)) return;
        said += 1;
        const now = rows.filter((row) => after.keep?.(row) ?? true);
        expect(now.filter((row) => !(before.keep?.(row) ?? true))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(said).toBeGreaterThan(100);
  });

  it.each([
    ['am', 'ams', true],
    ['ams', 'ams core', true],
    ['site=a', 'site=ams', true],
    ['', 'ams', true],
    ['ams', 'am', false],
    ['!am', '!ams', false],
    ['cpu=8', 'cpu=80', false],
    ['20', '0.20', false],
  ])('%j, then %j: %j', (first, second, expected) => {
    const [before, after] = [read(first), read(second)];
    expect(before.ok && after.ok && narrows(fleetFilterSchema, before.terms, after.terms)).toBe(expected);
  });
});

describe('completeFilter', () => {
  const values = (field: string): readonly string[] => (field === 'site' ? ['fra', 'ams', 'new york'] : []);
  const complete = (text: string): unknown => completeFilter(fleetFilterSchema, text, values);

  it.each([
    ['si', 0, ['site=']],
    ['core !s', 6, ['site=', 'status=', 'serial=']],
    ['cp', 0, ['cpu>']],
    ['ver', 0, ['version<']],
    ['site=', 5, ['ams', 'fra', '"new york"']],
    ['site="n', 5, ['"new york"']],
    ['core site=R', 10, ['fra', '"new york"']],
    ['cpu=', 4, []],
    ['', 0, []],
    ['site=ams ', 9, []],
  ])('%j', (text, from, candidates) => expect(complete(text)).toEqual({ from, candidates }));
});
