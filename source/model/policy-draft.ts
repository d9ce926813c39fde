import type { Policy } from './policy.ts';
import { cleanLine } from './text.ts';
import { describeWindow } from './weekly-window.ts';
import { readWindow } from './window-text.ts';

/** What people decide of a policy. */
export type PolicyDraft = Pick<
  Policy,
  | 'name'
  | 'vendor'
  | 'model'
  | 'site'
  | 'priority'
  | 'maxCpuPercent'
  | 'minFreeMemPercent'
  | 'maxCriticalErrors'
  | 'maxDataAgeSeconds'
  | 'window'
  | 'isActive'
>;

/** The fields in the order of the form. */
export const POLICY_FIELDS = [
  'name',
  'vendor',
  'model',
  'site',
  'priority',
  'maxCpuPercent',
  'minFreeMemPercent',
  'maxCriticalErrors',
  'maxDataAgeSeconds',
  'window',
  'isActive',
] as const satisfies readonly (keyof PolicyDraft)[];

export type PolicyField = (typeof POLICY_FIELDS)[number];

/** A policy as it is written into a form or on a command line; empty in vendor, model or site is any. */
export type PolicyTexts = Readonly<Record<PolicyField, string>>;

/** What is wrong with fields, each as one clause. */
export type PolicyFaults = ReadonlyMap<PolicyField, string>;

export type ReadDraft =
  { readonly ok: true; readonly draft: PolicyDraft } | { readonly ok: false; readonly faults: PolicyFaults };

/** What a policy begins with that nobody has written anything of. */
export const NEW_POLICY: PolicyDraft = {
  name: '',
  vendor: null,
  model: null,
  site: null,
  priority: 0,
  maxCpuPercent: 80,
  minFreeMemPercent: 20,
  maxCriticalErrors: 0,
  maxDataAgeSeconds: 300,
  window: null,
  isActive: true,
};

const LONGEST_NAME = 128;
/** The largest `integer` of PostgreSQL. */
const MOST = 2_147_483_647;

export function draftOf(policy: Policy): PolicyDraft {
  const { name, vendor, model, site, priority, window, isActive } = policy;
  const { maxCpuPercent, minFreeMemPercent, maxCriticalErrors, maxDataAgeSeconds } = policy;
  const limits = { maxCpuPercent, minFreeMemPercent, maxCriticalErrors, maxDataAgeSeconds };
  return { name, vendor, model, site, priority, ...limits, window, isActive };
}

export function textsOf(draft: PolicyDraft): PolicyTexts {
  return {
    name: draft.name,
    vendor: draft.vendor ?? '',
    model: draft.model ?? '',
    site: draft.site ?? '',
    priority: String(draft.priority),
    maxCpuPercent: String(draft.maxCpuPercent),
    minFreeMemPercent: String(draft.minFreeMemPercent),
    maxCriticalErrors: String(draft.maxCriticalErrors),
    maxDataAgeSeconds: String(draft.maxDataAgeSeconds),
    window: draft.window === null ? '' : describeWindow(draft.window),
    isActive: draft.isActive ? 'yes' : 'no',
  };
}

/** Reads all fields, or says of each that cannot be read what is wrong with it. */
export function readDraft(texts: PolicyTexts): ReadDraft {
  const faults = new Map<PolicyField, string>();
  const take = <T>(field: PolicyField, read: Read<T>, otherwise: T): T => {
    if ('value' in read) return read.value;
    faults.set(field, read.fault);
    return otherwise;
  };
  const whole = (field: PolicyField, least: number): number => take(field, readWhole(texts[field], least), 0);
  const percent = (field: PolicyField): number => take(field, readPercent(texts[field]), 0);
  const window = readWindow(texts.window);
  const draft: PolicyDraft = {
    name: take('name', readName(texts.name), ''),
    vendor: orAny(texts.vendor),
    model: orAny(texts.model),
    site: orAny(texts.site),
    priority: whole('priority', -MOST),
    maxCpuPercent: percent('maxCpuPercent'),
    minFreeMemPercent: percent('minFreeMemPercent'),
    maxCriticalErrors: whole('maxCriticalErrors', 0),
    maxDataAgeSeconds: whole('maxDataAgeSeconds', 1),
    window: take('window', window.ok ? { value: window.window } : window, null),
    isActive: take('isActive', readYes(texts.isActive), true),
  };
  return faults.size === 0 ? { ok: true, draft } : { ok: false, faults };
}

type Read<T> = { readonly value: T } | { readonly fault: string };

function readName(text: string): Read<string> {
  const name = text.trim();
  if (name === '') return { fault: 'it needs a name' };
  if (name.length > LONGEST_NAME) return { fault: `a name has ${LONGEST_NAME} characters at most` };
  return cleanLine(name) === name ? { value: name } : { fault: 'it has characters that cannot be seen' };
}

function orAny(text: string): string | null {
  const name = text.trim();
  return name === '' || name.toLowerCase() === 'any' ? null : name;
}

function readWhole(text: string, least: number): Read<number> {
  const value = /^\s*[+-]?\d{1,10}\s*$/u.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= MOST) return { value };
  return { fault: least < 0 ? 'it must be a whole number' : `it must be a whole number, ${least} or more` };
}

function readPercent(text: string): Read<number> {
  const value = /^\s*\d{1,3}(?:\.\d{1,2})?\s*%?\s*$/u.test(text) ? Number.parseFloat(text) : Number.NaN;
  return value <= 100 ? { value } : { fault: 'it must be from 0 to 100, with two decimals at most' };
}

function readYes(text: string): Read<boolean> {
  const word = text.trim().toLowerCase();
  if (word === 'yes') return { value: true };
  return word === 'no' ? { value: false } : { fault: 'it must be yes or no' };
}
