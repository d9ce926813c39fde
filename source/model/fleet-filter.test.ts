import { describe, expect, it } from 'vitest';
import { aHealth, aRouter } from '../../test/support/model-examples.ts';
import { type FilteredRow, parseFilter } from './fleet-filter.ts';

function aRow(change: Partial<FilteredRow> = {}): FilteredRow {
  return {
    router: aRouter(),
    health: aHealth(new Date(), { cpuLatest: 80.4, memoryLatestFree: 15, criticalErrors: 2 }),
    readiness: { state: 'blocked', reason: 'cpu' },
    policyName: 'core, Cisco, careful',
    ...change,
  };
}

function keeps(text: string, row = aRow()): boolean {
  const parsed = parseFilter(text);
  if (!parsed.ok) throw new Error(parsed.fault);
  return parsed.keep === null || parsed.keep(row);
}

function faultOf(text: string): string | null {
  const parsed = parseFilter(text);
  return parsed.ok ? null : parsed.fault;
}

const unknown = aRow({
  router: aRouter({ site: null, vendor: null, model: null, targetVersion: null }),
  health: null,
  readiness: null,
  policyName: null,
});

describe('a filter of words', () => {
  it.each([
    ['', true],
    ['   ', true],
    ['core', true],
    ['CORE Asr1002', true],
    ['core leaf', false],
    ['!leaf', true],
    ['!core', false],
    ['core !17.09', false],
    ['careful', true],
    ['10.20.0', true],
    ['20.0.1', false],
    ['active cpu', true],
    ['[31m(.*', false],
  ])('%j', (text, kept) => expect(keeps(text)).toBe(kept));

  it('finds nothing in what is not known', () => {
    expect(keeps('cisco', unknown)).toBe(false);
    expect(keeps('!cisco', unknown)).toBe(true);
  });
});

describe('a filter of fields', () => {
  it.each([
    ['site=ams', true],
    ['site=AM', true],
    ['site=fra', false],
    ['!site=fra', true],
    ['site!=fra', true],
    ['!site!=fra', false],
    ['vendor=cisco model=asr', true],
    ['version=17.09 target=17.12', true],
    ['status=active', true],
    ['policy=careful', true],
    ['ready=blocked', true],
    ['ready=cpu', true],
    ['host=core-01', true],
    ['host=asr', false],
  ])('%j', (text, kept) => expect(keeps(text)).toBe(kept));

  it('finds what is not known by an empty value', () => {
    expect(keeps('!site=a', unknown)).toBe(true);
    expect(keeps('site=a', unknown)).toBe(false);
  });
});

describe('a filter of figures', () => {
  it.each([
    ['cpu>80', true],
    ['cpu>80.4', false],
    ['cpu>=80.4', true],
    ['cpu<80', false],
    ['cpu=80', true],
    ['cpu!=80', false],
    ['!cpu>80', false],
    ['mem<20', true],
    ['mem<=15', true],
    ['errors>0', true],
    ['errors=2', true],
    ['errors>-1', true],
  ])('%j', (text, kept) => expect(keeps(text)).toBe(kept));

  it('does not take a figure that is not known for zero, either way', () => {
    expect(keeps('cpu<80', unknown)).toBe(false);
    expect(keeps('!cpu<80', unknown)).toBe(false);
    expect(keeps('errors=0', unknown)).toBe(false);
  });
});

describe('a text that is no filter', () => {
  it.each([
    ['cpu>', 'cpu> needs a number, as in cpu>80'],
    ['cpu>x', 'cpu> needs a number, as in cpu>80'],
    ['cpu>1e999x', 'cpu> needs a number, as in cpu>80'],
    ['site>ams', 'site can be compared by =, == and != only'],
    ['!', 'a word must follow !'],
    ['core !', 'a word must follow !'],
  ])('%j: %s', (text, fault) => expect(faultOf(text)).toBe(fault));

  it('names the fields that there are', () => {
    expect(faultOf('colour=red')).toMatch(/^there is no field colour; there are host, site, .*errors$/u);
    expect(faultOf('constructor=x')).toMatch(/^there is no field constructor/u);
  });
});
