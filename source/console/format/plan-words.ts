import { cleanLine } from '../../model/text.ts';
import type { UpgradePlan, WaveCount } from '../../model/upgrade-plan.ts';
import type { Tone } from '../theme/tones.ts';
import { formatSpan } from './age.ts';
import { plural } from './numbers.ts';

/** A clause about a plan, and how it is meant. */
export interface PlanWords {
  readonly tone: Tone;
  readonly text: string;
}

/** How upgrades of a plan stand, all of them apart. */
export interface PlanCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Running or held. */
  readonly begun: number;
  /** Not begun, and not over. */
  readonly waiting: number;
  /** Cancelled or rejected. */
  readonly off: number;
}

/** The counts of a wave, or of many waves together. */
export function countsOf(waves: readonly WaveCount[]): PlanCounts {
  const sum = (of: (wave: WaveCount) => number): number => waves.reduce((total, wave) => total + of(wave), 0);
  return {
    total: sum(({ total }) => total),
    succeeded: sum(({ succeeded }) => succeeded),
    failed: sum(({ failed }) => failed),
    begun: sum(({ begun }) => begun),
    waiting: sum(({ open, begun }) => open - begun),
    off: sum(({ total, open, succeeded, failed }) => total - open - succeeded - failed),
  };
}

/** `12 of 40 succeeded · 1 failed · 3 running · 24 to come`; what is none is left out. */
export function countWords({ total, succeeded, failed, begun, waiting, off }: PlanCounts): string {
  const parts: readonly (readonly [number, string])[] = [
    [failed, 'failed'],
    [begun, 'running'],
    [waiting, 'to come'],
    [off, 'called off'],
  ];
  const others = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return [`${succeeded} of ${total} succeeded`, ...others].join(' · ');
}

/** What the plan is at: which wave is open and when the next one opens, what it waits for, or why it is stopped. Without a full stop. */
export function stateWords(
  { state, reason, openWave, waves, waveOverAt, pauseMinutes }: UpgradePlan,
  now: number,
): PlanWords {
  const why = cleanLine(reason ?? '').replace(/\.$/u, '');
  if (state === 'stopped') return { tone: 'bad', text: `✖ stopped: ${why}` };
  if (state === 'waiting') return { tone: 'warn', text: `◌ ${why}` };
  if (state === 'done') return { tone: 'good', text: '✔ done' };
  if (waveOverAt === null) return { tone: 'accent', text: `▶ wave ${openWave} of ${waves} is open` };
  const left = waveOverAt.getTime() + pauseMinutes * 60_000 - now;
  const when = left <= 0 ? 'opens now' : `opens in ${formatSpan(left)}`;
  return { tone: 'info', text: `◷ wave ${openWave} of ${waves} is over, wave ${openWave + 1} ${when}` };
}

/** When the next wave opens, and when nothing more begins. */
export function ruleWords({ pauseMinutes, successRate, stopAfter, approveWaves }: UpgradePlan): string {
  const approved = approveWaves ? ' and somebody approved it' : '';
  const stops = stopAfter === null ? '' : `; it stops at ${plural(stopAfter, 'failure')}`;
  return `A wave opens ${pauseMinutes} min after one in which ${successRate}% succeeded${approved}${stops}.`;
}
