import { fieldParts } from '../components/field-parts.ts';
import { NO_TEXT } from '../state/text-state.ts';
import { flowParts } from '../text/flow.ts';
import type { Part } from '../text/parts.ts';
import { wrapLine } from '../text/wrap.ts';
import { type FormBinding, type FormField, offersFor, textOf } from './form.ts';

type Line = readonly Part[];

/** Offers that are told; of the others only that there are some. */
const MOST_OFFERS = 12;
const WIDEST_FIELD = 48;

/** The fields, what is wrong with each below it, and below the one that has the keys what may be written. */
export function formLines<Id extends string>(
  binding: FormBinding<Id>,
  faults: ReadonlyMap<Id, string>,
  width: number,
): { readonly lines: readonly Line[]; readonly focused: number } {
  const label = Math.max(...binding.fields.map((field) => field.label.length)) + 2;
  const form = binding.read();
  const lines: Line[] = [];
  let focused = 0;
  for (const field of binding.fields) {
    const hasKeys = field.id === form.field;
    if (hasKeys) focused = lines.length;
    lines.push([
      hasKeys ? { tone: 'key', text: '▌ ' } : '  ',
      { tone: hasKeys ? 'key' : 'muted', text: field.label.padEnd(label) },
      ...valueParts(binding, field, Math.min(WIDEST_FIELD, width - label - 3)),
    ]);
    const below = (parts: readonly Part[]): number => lines.push([' '.repeat(label + 2), ...parts]);
    const fault = faults.get(field.id);
    if (fault !== undefined)
      for (const text of wrapLine(`✖ ${fault}`, width - label - 3)) below([{ tone: 'bad', text }]);
    if (!hasKeys) continue;
    for (const text of wrapLine(field.help, width - label - 3)) below([{ tone: 'muted', text }]);
    for (const parts of offerLines(binding, field.id, width - label - 3)) below(parts);
  }
  return { lines, focused };
}

/** The first line to show so that the field that has the keys is in sight with what is said below it. */
export function formTop(lines: number, focused: number, room: number): number {
  const below = 4;
  return Math.max(0, Math.min(lines - room, focused + below - room + 1));
}

function valueParts<Id extends string>(
  { read }: FormBinding<Id>,
  { id, choices, placeholder }: FormField<Id>,
  width: number,
): readonly Part[] {
  const form = read();
  if (choices === undefined) {
    const look = { width, focused: form.field === id, ...(placeholder === undefined ? {} : { placeholder }) };
    return fieldParts(form.texts[id] ?? NO_TEXT, look);
  }
  const chosen = textOf(form, id);
  return choices.flatMap((choice): readonly Part[] => [
    choice === chosen ? { tone: 'accent', text: `(•) ${choice}` } : `( ) ${choice}`,
    '   ',
  ]);
}

function offerLines<Id extends string>(binding: FormBinding<Id>, field: Id, width: number): readonly Line[] {
  const offers = offersFor(binding, field);
  if (offers.length === 0) return [];
  const chosen = textOf(binding.read(), field);
  const told = offers.slice(0, MOST_OFFERS).map((text): Line => [{ tone: text === chosen ? 'accent' : 'text', text }]);
  return flowParts(offers.length > MOST_OFFERS ? [...told, [{ tone: 'muted', text: '…' }]] : told, width).slice(0, 2);
}
