import { draftOf } from '../../../model/policy-draft.ts';
import type { Command } from '../../commands/command.ts';
import { messageOf } from '../../commands/run-command.ts';
import { formCommands } from '../../forms/form-commands.ts';
import type { ConsoleServices } from '../../services.ts';
import { askToSave } from '../policies/ask-to-save.ts';
import { policyFormRoute } from '../routes.ts';
import {
  changeOfForm,
  changePolicyForm,
  filledWith,
  isPolicyFormChanged,
  policyFormBinding,
  policyFormSlice,
  readPolicyForm,
} from './state.ts';

const base = { category: 'Policy', scope: [policyFormRoute.id] } as const;

export const policyFormCommands: readonly Command[] = [
  {
    ...base,
    id: 'policy-form.preview',
    title: 'preview',
    description: 'See whose policy this would change, and then save it or not',
    keys: ['enter'],
    hint: 1,
    dangerous: true,
    requiredRole: 'admin',
    disabledReason({ store }) {
      const form = store.get(policyFormSlice);
      if (!form.filled) return 'The policy is still being read.';
      if (form.newer !== null) return 'Somebody else changed the policy meanwhile: ^R takes it as it is now.';
      return form.base !== null && !isPolicyFormChanged(form) ? 'Nothing is changed yet.' : null;
    },
    run: preview,
  },
  {
    ...base,
    id: 'policy-form.leave',
    title: 'leave',
    description: 'Leave the form; nothing is saved',
    keys: ['esc'],
    hint: 2,
    run: leave,
  },
  {
    ...base,
    id: 'policy-form.reload',
    title: 'take anew',
    description: 'Fill the form with the policy as somebody else has changed it',
    keys: ['ctrl+r'],
    hint: 0,
    when: ({ store }) => store.get(policyFormSlice).newer !== null,
    run(services) {
      const { newer } = services.store.get(policyFormSlice);
      if (newer === null) return;
      changePolicyForm(services, { base: newer, newer: null, problem: null, ...filledWith(draftOf(newer)) });
    },
  },
  ...formCommands('policy-form', base.scope, policyFormBinding),
];

async function preview(services: ConsoleServices): Promise<void> {
  const { store, navigation } = services;
  const state = store.get(policyFormSlice);
  const { draft, faults } = readPolicyForm(state);
  const [first] = faults.keys();
  if (draft === null || first !== undefined) {
    const field = first ?? state.form.field;
    changePolicyForm(services, { tried: true, form: { ...state.form, field } });
    return;
  }
  changePolicyForm(services, { counting: true, problem: null });
  const { visit } = state;
  const here = (): boolean =>
    store.get(policyFormSlice).visit === visit && navigation.current()?.routeId === policyFormRoute.id;
  try {
    await askToSave(services, { change: changeOfForm(state, draft), base: state.base }, here, () => navigation.pop());
  } catch (error) {
    changePolicyForm(services, { problem: messageOf(error) });
  } finally {
    changePolicyForm(services, { counting: false });
  }
}

function leave({ store, dialogs, navigation }: ConsoleServices): void {
  if (!isPolicyFormChanged(store.get(policyFormSlice))) {
    navigation.pop();
    return;
  }
  dialogs.open({
    title: 'Leave the form',
    tone: 'warn',
    lines: ['What you wrote is not saved.'],
    confirm: { title: 'leave', run: () => void navigation.pop() },
  });
}
