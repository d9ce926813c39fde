import type { PolicyDraft, PolicyFaults, PolicyField } from './policy-draft.ts';

/** What policies can name: vendors and models of everybody, the organization's sites, and its own policies. */
export interface PolicyNames {
  readonly vendors: readonly { readonly id: string; readonly name: string }[];
  readonly models: readonly { readonly id: string; readonly name: string; readonly vendor: string }[];
  readonly sites: readonly { readonly id: string; readonly name: string }[];
  readonly policies: readonly { readonly id: string; readonly name: string }[];
}

/** The rows that a draft names. */
export interface PolicyPlace {
  readonly vendorId: string | null;
  readonly modelId: string | null;
  readonly siteId: string | null;
}

/** Looks up what a draft names. `id` is the policy that it changes, null for a new one: no two have one name, since files know them by it. */
export function placePolicy(
  draft: PolicyDraft,
  names: PolicyNames,
  id: string | null,
): { readonly ok: true; readonly place: PolicyPlace } | { readonly ok: false; readonly faults: PolicyFaults } {
  const faults = new Map<PolicyField, string>();
  const { vendor, site } = draft;
  if (names.policies.some((policy) => policy.name === draft.name && policy.id !== id)) {
    faults.set('name', 'there is a policy of this name');
  }
  const vendorId = idOf(names.vendors, vendor);
  if (vendor !== null && vendorId === null) faults.set('vendor', `there is no vendor ${vendor}`);
  const siteId = idOf(names.sites, site);
  if (site !== null && siteId === null) faults.set('site', `there is no site ${site}`);
  const model = findModel(draft, names);
  if (typeof model === 'string') faults.set('model', model);
  if (faults.size > 0 || typeof model === 'string') return { ok: false, faults };
  return { ok: true, place: { vendorId, modelId: model?.id ?? null, siteId } };
}

/** The model that is meant, null for any; or what is wrong with it. */
function findModel(
  { vendor, model }: PolicyDraft,
  { models }: PolicyNames,
): PolicyNames['models'][number] | null | string {
  if (model === null) return null;
  const named = models.filter(({ name }) => name === model);
  const [first] = named;
  if (first === undefined) return `there is no model ${model}`;
  if (vendor === null) {
    return named.length === 1 ? first : `several vendors have a ${model}: name the vendor`;
  }
  return named.find((one) => one.vendor === vendor) ?? `${model} is of ${first.vendor}, not of ${vendor}`;
}

function idOf(known: readonly { readonly id: string; readonly name: string }[], wanted: string | null): string | null {
  return known.find(({ name }) => name === wanted)?.id ?? null;
}
