import {
  draftOf,
  NEW_POLICY,
  type PolicyDraft,
  type PolicyFaults,
  type PolicyField,
  type PolicyTexts,
  POLICY_FIELDS,
  readDraft,
  textsOf,
} from '../../../model/policy-draft.ts';
import { type PolicyNames, placePolicy } from '../../../model/policy-place.ts';
import type { Policy } from '../../../model/policy.ts';
import type { PolicyChange } from '../../../postgres/policy-writes.ts';
import { type FormBinding, type FormState, textOf } from '../../forms/form.ts';
import type { ConsoleServices } from '../../services.ts';
import { defineSlice } from '../../state/slice.ts';
import { textState } from '../../state/text-state.ts';
import { policyFormFields } from './fields.ts';

/** The form as it is filled in. */
export interface PolicyForm {
  /** Which visit of the form it belongs to; empty: none. */
  readonly visit: string;
  /** False until the policy that it is about was there. */
  readonly filled: boolean;
  /** The policy that is changed, as it was when the form was filled; null: a new one. */
  readonly base: Policy | null;
  /** The same policy as somebody else has changed it meanwhile; null: nobody has. */
  readonly newer: Policy | null;
  readonly names: PolicyNames | null;
  readonly form: FormState<PolicyField>;
  /** What the fields held at first. */
  readonly first: PolicyTexts;
  /** True once somebody wanted to see the preview: from then on every fault is told. */
  readonly tried: boolean;
  /** The routers are being counted. */
  readonly counting: boolean;
  readonly problem: string | null;
  readonly readAt: number | null;
  readonly failed: boolean;
}

export function newPolicyForm(visit: string): PolicyForm {
  return {
    visit,
    filled: false,
    base: null,
    newer: null,
    names: null,
    ...filledWith(NEW_POLICY),
    tried: false,
    counting: false,
    problem: null,
    readAt: null,
    failed: false,
  };
}

/** The fields as they are for a policy. */
export function filledWith(draft: PolicyDraft): Pick<PolicyForm, 'form' | 'first'> {
  const first = textsOf(draft);
  const texts = Object.fromEntries(POLICY_FIELDS.map((field) => [field, textState(first[field])]));
  return { first, form: { texts, field: 'name' } };
}

export const policyFormSlice = defineSlice<PolicyForm>('policy-form', () => newPolicyForm(''));

export function changePolicyForm({ store }: ConsoleServices, change: Partial<PolicyForm>): void {
  store.update(policyFormSlice, (form) => ({ ...form, ...change }));
}

export function policyFormBinding(services: ConsoleServices): FormBinding<PolicyField> {
  const { store } = services;
  const state = (): PolicyForm => store.get(policyFormSlice);
  return {
    fields: policyFormFields,
    read: () => state().form,
    write: (form) => changePolicyForm(services, { form, problem: null }),
    offers: (field) => offersOf(state(), field),
  };
}

function offersOf({ names, form }: PolicyForm, field: PolicyField): readonly string[] {
  if (names === null) return [];
  if (field === 'vendor') return names.vendors.map(({ name }) => name);
  if (field === 'site') return names.sites.map(({ name }) => name);
  if (field !== 'model') return [];
  const vendor = textOf(form, 'vendor').trim();
  const fitting = names.models.filter((model) => model.vendor === vendor);
  return [...new Set((fitting.length > 0 ? fitting : names.models).map(({ name }) => name))];
}

/** What is written, and all that is wrong with it. */
export function readPolicyForm({ form, names, base }: PolicyForm): {
  readonly texts: PolicyTexts;
  readonly draft: PolicyDraft | null;
  readonly faults: PolicyFaults;
} {
  const texts = { ...textsOf(NEW_POLICY), ...Object.fromEntries(POLICY_FIELDS.map((id) => [id, textOf(form, id)])) };
  const read = readDraft(texts);
  if (!read.ok) return { texts, draft: null, faults: read.faults };
  const placed = names === null ? null : placePolicy(read.draft, names, base?.id ?? null);
  return { texts, draft: read.draft, faults: placed === null || placed.ok ? new Map() : placed.faults };
}

/** The faults that are told now: those of fields that somebody wrote in, and all once the preview was asked for. */
export function toldFaults(state: PolicyForm): PolicyFaults {
  const { faults, texts } = readPolicyForm(state);
  if (state.tried) return faults;
  return new Map([...faults].filter(([field]) => texts[field] !== state.first[field]));
}

export function isPolicyFormChanged(state: PolicyForm): boolean {
  const { texts } = readPolicyForm(state);
  return POLICY_FIELDS.some((field) => texts[field] !== state.first[field]);
}

/** What saving the form would do. */
export function changeOfForm({ base }: PolicyForm, draft: PolicyDraft): PolicyChange {
  return base === null ? { kind: 'add', draft } : { kind: 'set', id: base.id, version: base.version, draft };
}

/** A copy of a policy, under a name that is not taken. */
function copyOf(policy: Policy, taken: ReadonlySet<string>): PolicyDraft {
  const plain = `${policy.name.slice(0, 100)} (copy)`;
  let name = plain;
  for (let number = 2; taken.has(name); number += 1) name = `${plain} ${number}`;
  return { ...draftOf(policy), name };
}

/** The form for a change of a policy, or for a copy of it. `taken` are the names of the organization's policies. */
export function formFor(policy: Policy, copies: boolean, taken: ReadonlySet<string>): Partial<PolicyForm> {
  return copies ? filledWith(copyOf(policy, taken)) : { base: policy, ...filledWith(draftOf(policy)) };
}
