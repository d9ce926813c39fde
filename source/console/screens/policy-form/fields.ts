import { POLICY_FIELDS, type PolicyField } from '../../../model/policy-draft.ts';
import { WINDOW_FORM } from '../../../model/window-text.ts';
import type { FormField } from '../../forms/form.ts';

export const POLICY_LABELS: Readonly<Record<PolicyField, string>> = {
  name: 'name',
  vendor: 'vendor',
  model: 'model',
  site: 'site',
  priority: 'priority',
  maxCpuPercent: 'CPU at most, %',
  minFreeMemPercent: 'free memory, %',
  maxCriticalErrors: 'critical errors',
  maxDataAgeSeconds: 'readings, s old',
  window: 'weekly window',
  isActive: 'active',
};

const HELP: Readonly<Record<PolicyField, string>> = {
  name: 'What people call it.',
  vendor: 'Only routers of this vendor; empty: any.',
  model: 'Only routers of this model; empty: any.',
  site: 'Only routers at this site; empty: any.',
  priority: 'The highest that fits a router counts; among equals the one that names most, then the newest.',
  maxCpuPercent: 'Nothing is upgraded while the mean of two hours is above.',
  minFreeMemPercent: 'Nothing is upgraded while less of the memory is free.',
  maxCriticalErrors: 'Nothing is upgraded after more critical errors than this.',
  maxDataAgeSeconds: 'Readings that are older count as none.',
  window: `When upgrades begin by themselves: ${WINDOW_FORM}, or none.`,
  isActive: 'A policy that is not active applies to no router. It is kept: upgrades were judged by it.',
};

/** The fields of the form. */
export const policyFormFields: readonly FormField<PolicyField>[] = POLICY_FIELDS.map((id) => ({
  id,
  label: POLICY_LABELS[id],
  help: HELP[id],
  ...(id === 'isActive' ? { choices: ['yes', 'no'] } : {}),
  ...(id === 'vendor' || id === 'model' || id === 'site' ? { placeholder: 'any' } : {}),
  ...(id === 'window' ? { placeholder: 'none' } : {}),
}));
