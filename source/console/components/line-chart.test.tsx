import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink-testing-library';
import { expect, it } from 'vitest';
import { servicesForTest } from '../../../test/support/console.ts';
import { ServicesProvider } from '../state/use-selector.ts';
import { LineChart } from './line-chart.tsx';

it('draws line, axis, limit and gaps into exactly the cells that it is given', () => {
  const values = [20, 20, 60, 60, null, null, 90, 90];
  const { lastFrame, unmount } = render(
    <ServicesProvider value={servicesForTest()}>
      <LineChart
        title="CPU"
        values={values}
        width={40}
        height={8}
        min={0}
        max={100}
        unit="%"
        threshold={{ value: 80, label: 'limit 80%' }}
        ends={['08:34 CET', '10:34 CET']}
      />
    </ServicesProvider>,
  );
  const lines = stripVTControlCharacters(lastFrame() ?? '').split('\n');
  unmount();
  expect(lines).toHaveLength(8);
  expect(lines.map(({ length }) => length)).toEqual(Array.from({ length: 8 }, () => 40));
  expect(lines[0]).toMatch(/^┌ CPU ─+ limit 80% ┐$/u);
  expect(lines.at(-1)).toMatch(/^└ 08:34 CET ─+ 10:34 CET ┘$/u);
  expect(lines.join('\n')).toContain('100% ┤');
  expect(lines.some((line) => line.includes('╌╌╌'))).toBe(true);
  // The plateau at 60 ends where nothing was measured: no line leads on to the one at 90.
  expect(lines.filter((line) => /╭─{4,} {6,}│$/u.test(line))).toHaveLength(1);
});

it('draws a lone value at the end, extremes as a band behind the line, and the limit over both', () => {
  const { lastFrame, unmount } = render(
    <ServicesProvider value={servicesForTest()}>
      <LineChart
        title="CPU"
        values={[50, 50, null, 50]}
        extremes={[[0, 100], [50, 50], null, [40, 50]]}
        width={40}
        height={13}
        min={0}
        max={100}
        unit="%"
        threshold={{ value: 80, label: 'limit 80%' }}
      />
    </ServicesProvider>,
  );
  const rows = stripVTControlCharacters(lastFrame() ?? '').split('\n');
  unmount();
  const row = (label: string): string => rows.find((line) => line.includes(label))?.slice(8, -2) ?? '';
  // 30 columns: seven or eight for each value.
  expect(row('100% ┤')).toMatch(/^░{8} +$/u);
  expect(row(' 80% ┤')).toMatch(/^╌{30}$/u);
  expect(row(' 60% ┤')).toMatch(/^░{8} +$/u);
  expect(row(' 40% ┤')).toMatch(/^░{8} {15}░{7}$/u);
  expect(rows.some((line) => /┤─{14} {9}─{7} │$/u.test(line))).toBe(true);
});

it('says that there is no data instead of drawing a line at zero', () => {
  const { lastFrame, unmount } = render(
    <ServicesProvider value={servicesForTest()}>
      <LineChart
        title="CPU"
        values={[null, null]}
        width={40}
        height={8}
        min={0}
        max={100}
        empty="no data in the last 2 h"
      />
    </ServicesProvider>,
  );
  const frame = stripVTControlCharacters(lastFrame() ?? '');
  unmount();
  expect(frame).toContain('no data in the last 2 h');
  expect(frame.replace(/[┌└][^\n]*/gu, '')).not.toContain('──');
});
