import type { KeyTarget } from '../keys/key-press.ts';
import { choiceTarget } from '../state/choice-target.ts';
import { NO_TEXT, type TextState, textState, textTarget } from '../state/text-state.ts';

/** A field of a form. What it holds is text; a field of choices holds one of them. */
export interface FormField<Id extends string> {
  readonly id: Id;
  readonly label: string;
  /** Said while it has the keys: what may be written. */
  readonly help: string;
  /** Said in its place while it is empty. */
  readonly placeholder?: string;
  readonly choices?: readonly string[];
}

/** What is written in a form, and the field that has the keys. */
export interface FormState<Id extends string> {
  readonly texts: Readonly<Partial<Record<Id, TextState>>>;
  readonly field: Id;
}

/** Where a form is kept, and what it asks. */
export interface FormBinding<Id extends string> {
  readonly fields: readonly FormField<Id>[];
  readonly read: () => FormState<Id>;
  readonly write: (form: FormState<Id>) => void;
  /** Values that a field may take, in their order; empty: anything. */
  readonly offers: (field: Id) => readonly string[];
}

export function textOf<Id extends string>({ texts }: FormState<Id>, field: Id): string {
  return (texts[field] ?? NO_TEXT).value;
}

function withText<Id extends string>(form: FormState<Id>, field: Id, text: string): FormState<Id> {
  return { ...form, texts: { ...form.texts, [field]: textState(text) } };
}

/** Gives the keys to the field that is so many further on, round the end. */
export function turnField<Id extends string>({ fields, read, write }: FormBinding<Id>, by: number): void {
  const form = read();
  const at = fields.findIndex(({ id }) => id === form.field);
  const next = fields[(at + by + fields.length) % fields.length];
  if (next !== undefined) write({ ...form, field: next.id });
}

/** The field that has the keys, as what takes them. */
export function formTarget<Id extends string>({ fields, read, write }: FormBinding<Id>): KeyTarget {
  const { field } = read();
  const choices = fields.find(({ id }) => id === field)?.choices;
  if (choices === undefined) {
    return textTarget(
      () => read().texts[field] ?? NO_TEXT,
      (text) => write({ ...read(), texts: { ...read().texts, [field]: text } }),
    );
  }
  const target = choiceTarget(
    () => choices.length,
    () => Math.max(0, choices.indexOf(textOf(read(), field))),
    (index) => write(withText(read(), field, choices[index] ?? '')),
  );
  // Up and down go to the other fields.
  return { ...target, press: (key) => (key.name === 'left' || key.name === 'right') && target.press(key) };
}

/** Of the values that a field may take, those that go with what is written in it: they begin with it, else have it in them. */
export function offersFor<Id extends string>(binding: FormBinding<Id>, field: Id): readonly string[] {
  const all = binding.offers(field);
  const written = textOf(binding.read(), field).trim().toLowerCase();
  // A whole one was taken, perhaps to look on: all are offered again.
  if (written === '' || all.some((offer) => offer.toLowerCase() === written)) return all;
  const starting = all.filter((offer) => offer.toLowerCase().startsWith(written));
  return starting.length > 0 ? starting : all.filter((offer) => offer.toLowerCase().includes(written));
}

/** Writes the next of the values that go with what is written. */
export function takeOffer<Id extends string>(binding: FormBinding<Id>): void {
  const form = binding.read();
  const offers = offersFor(binding, form.field);
  const next = offers[(offers.indexOf(textOf(form, form.field)) + 1) % offers.length];
  if (next !== undefined) binding.write(withText(form, form.field, next));
}
