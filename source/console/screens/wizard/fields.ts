import type { KeyTarget } from '../../keys/key-press.ts';
import type { ConsoleServices } from '../../services.ts';
import { choiceTarget } from '../../state/choice-target.ts';
import { type TextState, textTarget } from '../../state/text-state.ts';
import { changeForm, wizardSlice } from './drafts.ts';
import { includedRouters } from './plan.ts';
import { WHENS } from './schedule-lines.ts';
import { MODES, type WizardField, type WizardForm } from './state.ts';

/** The fields of the schedule page, in the order of tab. */
export function fieldsOf(form: WizardForm): readonly WizardField[] {
  const several = includedRouters(form).length > 1;
  const inWaves = several && form.waves.list.value.trim() !== '';
  return [
    'when',
    ...(form.when === 'at' ? (['at'] as const) : []),
    'mode',
    ...(several ? (['list'] as const) : []),
    ...(inWaves ? (['pause', 'rate', 'stop', 'approve'] as const) : []),
    'change',
  ];
}

/** Where keys go on the schedule page. */
export function fieldTarget(services: ConsoleServices): KeyTarget {
  const form = (): WizardForm => services.store.get(wizardSlice);
  const choice = (count: number, read: () => number, write: (index: number) => Partial<WizardForm>): KeyTarget =>
    choiceTarget(
      () => count,
      read,
      (index) => changeForm(services, write(index)),
    );
  const text = (read: (form: WizardForm) => TextState, write: (text: TextState) => Partial<WizardForm>): KeyTarget =>
    textTarget(
      () => read(form()),
      (value) => changeForm(services, write(value)),
    );
  const { field } = form();
  switch (field) {
    case 'when':
      return choice(
        WHENS.length,
        () => WHENS.indexOf(form().when),
        (index) => ({ when: WHENS[index] ?? 'now' }),
      );
    case 'mode':
      return choice(
        MODES.length,
        () => MODES.indexOf(form().mode),
        (index) => ({ mode: MODES[index] ?? 'dry-run' }),
      );
    case 'approve':
      return choice(
        2,
        () => (form().waves.approve ? 1 : 0),
        (index) => ({ waves: { ...form().waves, approve: index === 1 } }),
      );
    case 'at':
      return text(
        ({ at }) => at,
        (at) => ({ at }),
      );
    case 'change':
      return text(
        ({ changeReference }) => changeReference,
        (changeReference) => ({ changeReference }),
      );
    case 'list':
    case 'pause':
    case 'rate':
    case 'stop':
      return text(
        ({ waves }) => waves[field],
        (value) => ({ waves: { ...form().waves, [field]: value } }),
      );
  }
}
