import type { UpgradePlan, WaveCount } from '../../../model/upgrade-plan.ts';
import { countsOf } from '../../format/plan-words.ts';
import { fit } from '../../text/width.ts';
import type { Part } from '../../text/parts.ts';

/** The most waves under each other; of more, those around the open one are shown. */
const MOST_WAVES = 6;

const TITLES = ['WAVE', 'UPGRADES', 'SUCCEEDED', 'FAILED', 'RUNNING', 'TO COME', 'OFF'] as const;
const WIDTHS = TITLES.map((title) => Math.max(4, title.length));

/** The waves as a small table: one line each, figures on the right, and what each is at. */
export function waveLines(plan: UpgradePlan): readonly (readonly Part[])[] {
  const head: readonly Part[] = [{ tone: 'header', text: row(TITLES) }];
  return [head, ...wavesInSight(plan).map((count) => waveLine(plan, count))];
}

function wavesInSight({ counts, openWave }: UpgradePlan): readonly WaveCount[] {
  const open = counts.findIndex(({ wave }) => wave === openWave);
  const from = Math.max(0, Math.min(open - Math.floor(MOST_WAVES / 2), counts.length - MOST_WAVES));
  return counts.slice(from, from + MOST_WAVES);
}

function waveLine(plan: UpgradePlan, count: WaveCount): readonly Part[] {
  const { total, succeeded, failed, begun, waiting, off } = countsOf([count]);
  const figure = (number: number): string => (number === 0 ? '·' : String(number));
  const text = row([String(count.wave), ...[total, succeeded, failed, begun, waiting, off].map(figure)]);
  return [
    { tone: failed > 0 ? 'bad' : count.wave === plan.openWave ? 'text' : 'muted', text },
    '  ',
    stateOf(plan, count),
  ];
}

function stateOf({ state, openWave }: UpgradePlan, { wave, open }: WaveCount): Part {
  if (open === 0) return { tone: 'muted', text: 'over' };
  if (wave <= openWave)
    return state === 'stopped' ? { tone: 'bad', text: 'stopped' } : { tone: 'accent', text: 'open' };
  if (wave === openWave + 1 && state === 'waiting') return { tone: 'warn', text: 'wants approval' };
  return { tone: 'muted', text: 'closed' };
}

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => fit(cell, WIDTHS[index] ?? 4, 'right')).join('  ');
}
