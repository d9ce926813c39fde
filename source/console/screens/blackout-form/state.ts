import { LONGEST_BLACKOUT_REASON } from '../../../model/blackout.ts';
import type { Blackout } from '../../../model/blackout.ts';
import { type FormBinding, type FormField, type FormState, textOf } from '../../forms/form.ts';
import type { ConsoleServices } from '../../services.ts';
import { defineSlice } from '../../state/slice.ts';
import { NO_TEXT } from '../../state/text-state.ts';
import { calendarSlice } from '../windows/state.ts';
import { readTime } from '../wizard/time-field.ts';

export type BlackoutField = 'from' | 'to' | 'site' | 'reason';

/** The form as it is filled in. */
export interface BlackoutForm {
  /** Which visit of the form it belongs to; empty: none. */
  readonly visit: string;
  /** The zone of the times. */
  readonly zone: string;
  readonly form: FormState<BlackoutField>;
  /** True once somebody wanted to add it: from then on every fault is told. */
  readonly tried: boolean;
  readonly problem: string | null;
}

export function newBlackoutForm(visit: string, zone: string): BlackoutForm {
  const texts = { from: NO_TEXT, to: NO_TEXT, site: NO_TEXT, reason: NO_TEXT };
  return { visit, zone, form: { texts, field: 'from' }, tried: false, problem: null };
}

export const blackoutFormSlice = defineSlice<BlackoutForm>('blackout-form', () => newBlackoutForm('', 'UTC'));

export function changeBlackoutForm({ store }: ConsoleServices, change: Partial<BlackoutForm>): void {
  store.update(blackoutFormSlice, (form) => ({ ...form, ...change }));
}

function fieldsIn(zone: string): readonly FormField<BlackoutField>[] {
  const placeholder = 'YYYY-MM-DD HH:MM';
  return [
    { id: 'from', label: 'from', help: `When it begins, in ${zone}.`, placeholder },
    { id: 'to', label: 'to', help: `When upgrades may begin again, in ${zone}.`, placeholder },
    {
      id: 'site',
      label: 'site',
      help: 'Only at this site; empty: everywhere in the organization.',
      placeholder: 'everywhere',
    },
    { id: 'reason', label: 'reason', help: 'Why, for everybody whom it stops.' },
  ];
}

export function blackoutFormBinding(services: ConsoleServices): FormBinding<BlackoutField> {
  const { store } = services;
  return {
    fields: fieldsIn(store.get(blackoutFormSlice).zone),
    read: () => store.get(blackoutFormSlice).form,
    write: (form) => changeBlackoutForm(services, { form, problem: null }),
    offers: (field) => (field === 'site' ? [...(store.get(calendarSlice).sources?.zones.keys() ?? [])] : []),
  };
}

/** What is written; null with what is wrong with it. */
export function readBlackoutForm(
  { store, context }: ConsoleServices,
  { form, zone }: BlackoutForm,
): {
  readonly blackout: Omit<Blackout, 'id' | 'createdBy'> | null;
  readonly faults: ReadonlyMap<BlackoutField, string>;
} {
  const faults = new Map<BlackoutField, string>();
  const [from, to] = [readTime(textOf(form, 'from'), zone), readTime(textOf(form, 'to'), zone)];
  if (!from.ok) faults.set('from', from.fault);
  if (!to.ok) faults.set('to', to.fault);
  else if (from.ok && to.at <= from.at) faults.set('to', 'it must be later than the start');
  else if (to.at <= context.now()) faults.set('to', 'it is in the past, so nothing would be stopped');
  const site = textOf(form, 'site').trim();
  const sites = store.get(calendarSlice).sources?.zones;
  if (site !== '' && sites?.has(site) === false) faults.set('site', `there is no site ${site}`);
  const reason = textOf(form, 'reason').trim();
  if (reason === '' || reason.length > LONGEST_BLACKOUT_REASON)
    faults.set('reason', `a reason is needed, of at most ${LONGEST_BLACKOUT_REASON} characters`);
  if (!from.ok || !to.ok || faults.size > 0) return { blackout: null, faults };
  return { blackout: { site: site === '' ? null : site, from: from.at, to: to.at, reason }, faults };
}

/** The faults that are told now: an empty reason is none before somebody wanted to add it. */
export function toldBlackoutFaults(services: ConsoleServices, state: BlackoutForm): ReadonlyMap<BlackoutField, string> {
  const { faults } = readBlackoutForm(services, state);
  return new Map(
    [...faults].filter(([field]) => state.tried || field !== 'reason' || textOf(state.form, 'reason') !== ''),
  );
}
