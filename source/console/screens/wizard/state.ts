import { randomUUID } from 'node:crypto';
import type { Decision } from '../../../model/gate.ts';
import type { FirmwareImage } from '../../../model/image.ts';
import type { Policy } from '../../../model/policy.ts';
import type { Router } from '../../../model/router.ts';
import type { ConsoleServices } from '../../services.ts';
import { defineSlice } from '../../state/slice.ts';
import { NO_TEXT, type TextState } from '../../state/text-state.ts';

export const PAGES = ['image', 'gates', 'schedule', 'review', 'confirm'] as const;

export type WizardPage = (typeof PAGES)[number];

/** What the inventory says of the chosen routers. */
export interface WizardData {
  /** By host name. */
  readonly routers: readonly Router[];
  /** By model id, newest first. */
  readonly images: ReadonlyMap<string, readonly FirmwareImage[]>;
  readonly policies: ReadonlyMap<string, Policy>;
}

/** The gates of every router that is still in, for the images chosen then. */
export interface WizardEvidence {
  readonly decisions: ReadonlyMap<string, Decision>;
  /** When they were judged, milliseconds since the epoch. */
  readonly at: number;
  /** Routers and images that were asked for: other choices need other evidence. */
  readonly question: string;
}

/** The form as it is filled in. Everything in it survives going back, an outage, and leaving the wizard for the same routers. */
export interface WizardForm {
  readonly routerIds: readonly string[];
  /** Made once for a form: confirming it twice, or again after an outage, makes one request. */
  readonly idempotencyKey: string;
  readonly page: WizardPage;
  readonly data: WizardData | null;
  /** Image chosen for each model id; absent: the one that suits best. */
  readonly chosenImages: ReadonlyMap<string, string>;
  readonly leftOut: ReadonlySet<string>;
  readonly evidence: WizardEvidence | null;
  /** What is being asked for now; null while nothing is. */
  readonly asking: string | null;
  readonly when: 'now' | 'at' | 'window';
  readonly at: TextState;
  readonly changeReference: TextState;
  /** The field of the schedule page that has the keys: when, time, change reference. */
  readonly field: 'when' | 'at' | 'change';
  readonly confirmation: TextState;
  /** The current image on the first page, and the first line shown on the others. */
  readonly cursor: number;
  readonly scroll: number;
  readonly writing: boolean;
  /** What went wrong last, as one sentence. */
  readonly problem: string | null;
}

const NO_FORM: WizardForm = {
  routerIds: [],
  idempotencyKey: '',
  page: 'image',
  data: null,
  chosenImages: new Map(),
  leftOut: new Set(),
  evidence: null,
  asking: null,
  when: 'now',
  at: NO_TEXT,
  changeReference: NO_TEXT,
  field: 'when',
  confirmation: NO_TEXT,
  cursor: 0,
  scroll: 0,
  writing: false,
  problem: null,
};

export const wizardSlice = defineSlice<WizardForm>('wizard', () => NO_FORM);

/** Goes on with the form for these routers, or begins a new one. */
export function openForm({ store }: ConsoleServices, routerIds: readonly string[]): void {
  if (store.get(wizardSlice).routerIds.join('\n') === routerIds.join('\n')) return;
  store.set(wizardSlice, { ...NO_FORM, routerIds, idempotencyKey: randomUUID() });
}

/** Forgets the form: it has been carried out. */
export function closeForm({ store }: ConsoleServices): void {
  store.set(wizardSlice, NO_FORM);
}

export function changeForm({ store }: ConsoleServices, change: Partial<WizardForm>): void {
  store.update(wizardSlice, (form) => ({ ...form, ...change }));
}
