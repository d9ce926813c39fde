import { randomUUID } from 'node:crypto';
import type { Advice, MadeDecision } from '../../../model/agent.ts';
import type { Decision } from '../../../model/gate.ts';
import type { FirmwareImage } from '../../../model/image.ts';
import type { Policy } from '../../../model/policy.ts';
import type { Router } from '../../../model/router.ts';
import type { UpgradeLimits } from '../../../model/upgrade-limits.ts';
import { NO_TEXT, type TextState } from '../../state/text-state.ts';
import { USUAL_WAVES, type WaveFields } from './wave-fields.ts';

export const PAGES = ['image', 'gates', 'schedule', 'review', 'confirm'] as const;

export type WizardPage = (typeof PAGES)[number];

/** The choices in their order on the page. */
export const MODES = ['dry-run', 'real'] as const;

export type WizardMode = (typeof MODES)[number];

export type WizardField = 'when' | 'at' | 'mode' | 'list' | 'pause' | 'rate' | 'stop' | 'approve' | 'change';

/** What the inventory says of the chosen routers. */
export interface WizardData {
  /** By host name. */
  readonly routers: readonly Router[];
  /** By model id, newest first. */
  readonly images: ReadonlyMap<string, readonly FirmwareImage[]>;
  readonly policies: ReadonlyMap<string, Policy>;
  /** If every request for real has to name its change. */
  readonly referenceRequired: boolean;
  /** How many may run at once, whatever the waves; null is no limit. */
  readonly limits: Pick<UpgradeLimits, 'perSite' | 'perOrganization'>;
}

/** The gates of every router that was in, for the images chosen then. */
export interface WizardEvidence {
  readonly decisions: ReadonlyMap<string, Decision>;
  /** When they were judged, milliseconds since the epoch. */
  readonly at: number;
  /** The image that each router was judged for, by router id: another image needs other evidence. */
  readonly images: ReadonlyMap<string, string>;
  /** What a model said, by router id; empty while none was asked. It keeps nobody from requesting. */
  readonly advice: ReadonlyMap<string, Advice>;
  /** Of one router: the last decision for the record. */
  readonly made: MadeDecision | null;
}

/** The form as it is filled in. Everything in it survives going back, an outage, and leaving the wizard for the same routers. */
export interface WizardForm {
  readonly routerIds: readonly string[];
  /** Tells this form from every other one, also from a later one for the same routers. */
  readonly visit: string;
  /**
   * Idempotency keys by the mode and the routers asked for, made at the first try: confirming twice, or again after an outage, makes one request.
   * Other routers are another request.
   */
  readonly requestKeys: ReadonlyMap<string, string>;
  readonly page: WizardPage;
  readonly data: WizardData | null;
  /** The inventory could not be read the last time. */
  readonly unread: boolean;
  /** Image chosen for each model id; absent: the one that suits best. */
  readonly chosenImages: ReadonlyMap<string, string>;
  readonly leftOut: ReadonlySet<string>;
  /** Opened to go back to an older version: its image may be one. */
  readonly downgrade: boolean;
  readonly evidence: WizardEvidence | null;
  /** What is being asked for now; null while nothing is. */
  readonly asking: string | null;
  readonly when: 'now' | 'at' | 'window';
  readonly at: TextState;
  /** `dry-run`: change nothing, and ask again before it is for real. */
  readonly mode: WizardMode;
  /** Only asked for more than one router. */
  readonly waves: WaveFields;
  readonly changeReference: TextState;
  /** The field of the schedule page that has the keys. */
  readonly field: WizardField;
  readonly confirmation: TextState;
  /** The current item of the first page, and the first line shown on the others. */
  readonly cursor: number;
  readonly scroll: number;
  readonly writing: boolean;
  /** What went wrong last, as one sentence. */
  readonly problem: string | null;
}

export const NO_FORM: WizardForm = {
  routerIds: [],
  visit: '',
  requestKeys: new Map(),
  page: 'image',
  data: null,
  unread: false,
  chosenImages: new Map(),
  leftOut: new Set(),
  downgrade: false,
  evidence: null,
  asking: null,
  when: 'now',
  at: NO_TEXT,
  mode: 'dry-run',
  waves: USUAL_WAVES,
  changeReference: NO_TEXT,
  field: 'when',
  confirmation: NO_TEXT,
  cursor: 0,
  scroll: 0,
  writing: false,
  problem: null,
};

export function newForm(routerIds: readonly string[]): WizardForm {
  return { ...NO_FORM, routerIds, visit: randomUUID() };
}
