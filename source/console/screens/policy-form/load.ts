import { getPolicy } from '../../../postgres/policies.ts';
import { readPolicyNames } from '../../../postgres/policy-names.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import type { ConsoleServices } from '../../services.ts';
import { changePolicyForm, formFor, newPolicyForm, policyFormSlice } from './state.ts';

export interface PolicyFormParams {
  /** The policy to change or to copy; null: a new one. */
  readonly policyId: string | null;
  readonly copies: boolean;
  /** Tells this form from every other one. */
  readonly visit: string;
}

/** Fills the form once, and then only looks whether somebody else changes the same policy: what is written is never written over. */
export async function loadPolicyForm(
  services: ConsoleServices,
  { policyId, copies, visit }: PolicyFormParams,
  signal: AbortSignal,
): Promise<void> {
  const { store } = services;
  if (store.get(policyFormSlice).visit !== visit) store.set(policyFormSlice, newPolicyForm(visit));
  const read = async (): Promise<void> => {
    const scope = services.scope();
    const [names, policy] = await Promise.all([
      readPolicyNames(scope.sql),
      policyId === null ? null : getPolicy(scope, policyId),
    ]);
    if (signal.aborted) return;
    const before = store.get(policyFormSlice);
    const taken = new Set(names.policies.map(({ name }) => name));
    const filled = before.filled || policy === null ? {} : formFor(policy, copies, taken);
    const newer = before.base !== null && policy !== null && policy.version !== before.base.version ? policy : null;
    const readAt = services.context.now().getTime();
    changePolicyForm(services, { names, newer, ...filled, filled: true, readAt, failed: false });
  };
  await keepFresh(services, 'the policy', ['upgrade_policies'], signal, () =>
    noted(services, policyFormSlice, signal, read),
  );
}
