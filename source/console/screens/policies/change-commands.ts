import { randomUUID } from 'node:crypto';
import { draftOf } from '../../../model/policy-draft.ts';
import type { Policy } from '../../../model/policy.ts';
import { sharedPolicyText } from '../../../postgres/policy-writes.ts';
import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { policiesRoute, policyFormRoute } from '../routes.ts';
import { askToSave } from './ask-to-save.ts';
import { formFor, newPolicyForm, policyFormSlice } from '../policy-form/state.ts';
import { currentPolicy, policiesSlice } from './state.ts';

const base = { category: 'Policy', scope: [policiesRoute.id], dangerous: true, requiredRole: 'admin' } as const;
const hasPolicy = (services: ConsoleServices): boolean => currentPolicy(services) !== undefined;

/** Shared policies are read by all organizations, and written by none. */
function sharedReason(services: ConsoleServices): string | null {
  const policy = currentPolicy(services);
  return policy?.shared === true ? sharedPolicyText(policy) : null;
}

/** Filled in before it is shown: keys may come before anything is read. */
function openForm({ store, navigation }: ConsoleServices, policy: Policy | null, copies: boolean): void {
  const visit = randomUUID();
  const taken = new Set((store.get(policiesSlice).policies ?? []).map(({ name }) => name));
  const filled = policy === null ? {} : formFor(policy, copies, taken);
  store.set(policyFormSlice, { ...newPolicyForm(visit), ...filled, filled: true });
  navigation.push(policyFormRoute.to({ policyId: policy?.id ?? null, copies, visit }));
}

/** What changes policies. Nothing deletes one: upgrades say which one they were judged by. */
export const changeCommands: readonly Command[] = [
  {
    ...base,
    id: 'policies.new',
    title: 'new',
    description: 'Write a new policy; you see whose policy it changes before it is saved',
    keys: ['n'],
    hint: 2,
    run: (services) => openForm(services, null, false),
  },
  {
    ...base,
    id: 'policies.edit',
    title: 'edit',
    description: 'Change this policy; you see whose policy that changes before it is saved',
    keys: ['e'],
    hint: 3,
    when: hasPolicy,
    disabledReason: sharedReason,
    run: (services) => openForm(services, currentPolicy(services) ?? null, false),
  },
  {
    ...base,
    id: 'policies.duplicate',
    title: 'copy policy',
    description: 'Write a new policy that begins as a copy of this one, also of a shared one',
    keys: ['C'],
    hint: 4,
    when: hasPolicy,
    run: (services) => openForm(services, currentPolicy(services) ?? null, true),
  },
  {
    ...base,
    id: 'policies.switch',
    title: 'on or off',
    description: 'Switch this policy off, so that it applies to no router, or on again; policies are not deleted',
    keys: ['x'],
    hint: 5,
    when: hasPolicy,
    disabledReason: sharedReason,
    async run(services) {
      const policy = currentPolicy(services);
      if (policy === undefined) return;
      const { id, version, isActive } = policy;
      const change = { kind: 'set', id, version, draft: { ...draftOf(policy), isActive: !isActive } } as const;
      const here = services.navigation.current();
      await askToSave(
        services,
        { change, base: policy },
        () => services.navigation.current() === here,
        () => undefined,
      );
    },
  },
];
