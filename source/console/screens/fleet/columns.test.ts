import { wantedColumns } from '../../tables/layout.ts';
import { describe, expect, it } from 'vitest';
import { aHealth, aRouter } from '../../../../test/support/model-examples.ts';
import { placeColumns } from '../../components/columns.ts';
import { GUTTER_WIDTH, rowLine } from '../../components/table-lines.ts';
import type { FleetRow } from '../../loaders/fleet.ts';
import { compareBy } from '../../state/row-sort.ts';
import { displayWidth } from '../../text/width.ts';
import { createTheme } from '../../theme/theme.ts';
import { fleetColumns, fleetSort } from './columns.ts';

const plain = createTheme(0);

function aRow(change: Partial<FleetRow> = {}): FleetRow {
  return { router: aRouter(), health: null, readiness: null, policyName: null, cpu: null, ...change };
}

function lineOf(row: FleetRow, width: number): string {
  const placed = placeColumns(usual, width - GUTTER_WIDTH);
  return rowLine(plain, placed, row, { current: false, marked: false, width, cursor: 'bar' });
}

const usual = wantedColumns(fleetColumns, { columns: null, wide: false });

describe('the columns of the fleet', () => {
  it.each([
    [80, 'hostname site cpu memory errors ready'],
    [100, 'hostname site running cpu memory errors ready'],
    [120, 'hostname site model running target cpu memory errors ready'],
    [200, 'hostname site vendor model running target status policy cpu memory errors ready'],
  ])('in %i cells', (width, ids) => {
    const placed = placeColumns(usual, width - GUTTER_WIDTH);
    expect(placed.map(({ column }) => column.id).join(' ')).toBe(ids);
    expect(displayWidth(lineOf(aRow(), width))).toBe(width);
  });

  it('shows what is not known as such, and never as zero', () => {
    expect(lineOf(aRow({ router: aRouter({ site: null }) }), 80)).toMatch(/ams-core-01 +– .* \? +\? +\? {2}… +$/u);
  });

  it.each([
    ['\u001b[2J\u001b[31mred', 'red'],
    ['骨'.repeat(200), '骨'],
    ['שלום-\u202egnp', 'שלום-gnp'],
    ['a'.repeat(253), `${'a'.repeat(15)}…`],
    ['line\r\nbreak\u0007\u009b5m', 'line break'],
  ])('keeps to its cells with a host name such as %j', (hostname, shown) => {
    for (const width of [80, 120, 200]) {
      const line = lineOf(aRow({ router: aRouter({ hostname, site: hostname, model: hostname }) }), width);
      expect(displayWidth(line)).toBe(width);
      expect(line).toContain(width === 80 ? shown : shown.replace('…', ''));
      // oxlint-disable-next-line no-control-regex
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/u);
    }
  });
});

describe('the order', () => {
  const sorted = (id: string, direction: 'ascending' | 'descending', rows: readonly FleetRow[]): readonly string[] => {
    const sort = fleetSort(id, direction);
    if (sort === null) throw new Error(`no column ${id}`);
    const compare = compareBy(
      rows.map((row) => sort.value(row)),
      direction,
    );
    return rows
      .map((_, slot) => slot)
      .toSorted(compare)
      .map((slot) => rows[slot]?.router.id ?? '');
  };
  const health = (cpuLatest: number | null): FleetRow['health'] => aHealth(new Date(), { cpuLatest });

  it('knows every column and no other', () => {
    for (const { id } of fleetColumns) expect(fleetSort(id, 'ascending')?.id).toBe(id);
    expect(fleetSort('colour', 'ascending')).toBeNull();
    expect(fleetSort('constructor', 'ascending')).toBeNull();
  });

  it('puts what is not known last, either way', () => {
    const rows = [
      aRow({ router: aRouter({ id: 'unknown' }) }),
      aRow({ router: aRouter({ id: 'busy' }), health: health(91) }),
      aRow({ router: aRouter({ id: 'idle' }), health: health(2) }),
    ];
    expect(sorted('cpu', 'descending', rows)).toEqual(['busy', 'idle', 'unknown']);
    expect(sorted('cpu', 'ascending', rows)).toEqual(['idle', 'busy', 'unknown']);
  });

  it('by readiness shows first what needs somebody', () => {
    const row = (id: string, state: NonNullable<FleetRow['readiness']>['state']): FleetRow =>
      aRow({ router: aRouter({ id }), readiness: { state, reason: state } });
    const rows = [row('fine', 'up_to_date'), row('go', 'ready'), row('silent', 'stale'), row('blocked', 'blocked')];
    expect(sorted('ready', 'ascending', rows)).toEqual(['blocked', 'silent', 'go', 'fine']);
  });
});
