import { PLAN_NUMBERS, WAVES_FORM, whyNoPlanNumber } from '../../../model/plan-numbers.ts';
import { assignWaves, parseWaves } from '../../../model/waves.ts';
import type { UpgradeRequest } from '../../../upgrades/request.ts';
import { type TextState, textState } from '../../state/text-state.ts';

/** How several routers go one after the other, as it was typed. */
export interface WaveFields {
  /** `1,10%,100%`; empty for all at once. */
  readonly list: TextState;
  /** Minutes. */
  readonly pause: TextState;
  /** Percent. */
  readonly rate: TextState;
  /** Failures. */
  readonly stop: TextState;
  readonly approve: boolean;
}

export const USUAL_WAVES: WaveFields = {
  list: textState('1,100%'),
  pause: textState(String(PLAN_NUMBERS.pauseMinutes.usual)),
  rate: textState(String(PLAN_NUMBERS.successRate.usual)),
  stop: textState(String(PLAN_NUMBERS.stopAfter.usual)),
  approve: false,
};

/** The waves of so many routers, or what is wrong with a field, as one clause. */
export type PlannedWaves =
  | {
      readonly ok: true;
      /** Null: all at once. */
      readonly plan: NonNullable<UpgradeRequest['plan']> | null;
      /** Routers of each wave. */
      readonly sizes: readonly number[];
    }
  | { readonly ok: false; readonly field: 'list' | 'pause' | 'rate' | 'stop'; readonly fault: string };

export function plannedWaves(fields: WaveFields, total: number): PlannedWaves {
  const list = fields.list.value.trim();
  if (total < 2 || list === '') return { ok: true, plan: null, sizes: [total] };
  const waves = parseWaves(list);
  if (waves === null) return { ok: false, field: 'list', fault: `the waves must be ${WAVES_FORM}` };
  const assigned = assignWaves(total, waves);
  if (assigned === null) return { ok: false, field: 'list', fault: 'the waves leave routers out: end them with 100%' };
  const sizes = [...new Set(assigned)].map((wave) => assigned.filter((one) => one === wave).length);
  const numbers = { pause: numberIn(fields.pause), rate: numberIn(fields.rate), stop: numberIn(fields.stop) };
  const fault = NUMBERS.find(({ field, name }) => whyNoPlanNumber(name, numbers[field]) !== null);
  if (fault !== undefined) {
    const why = whyNoPlanNumber(fault.name, numbers[fault.field]) ?? '';
    return { ok: false, field: fault.field, fault: `${fault.words} ${why}` };
  }
  const rules = { pauseMinutes: numbers.pause, successRate: numbers.rate, stopAfter: numbers.stop };
  return { ok: true, sizes, plan: { waves, ...rules, approveWaves: fields.approve } };
}

const NUMBERS = [
  { field: 'pause', name: 'pauseMinutes', words: 'the pause' },
  { field: 'rate', name: 'successRate', words: 'the success rate' },
  { field: 'stop', name: 'stopAfter', words: 'the number of failures' },
] as const;

function numberIn({ value }: TextState): number {
  return /^\s*\d{1,6}\s*$/u.test(value) ? Number(value) : Number.NaN;
}
