import type { RouterDecision } from '../../agent/decide.ts';
import { decideRouters } from '../../agent/decide.ts';
import { directSource } from '../../agent/direct-source.ts';
import type { EvidenceRequest } from '../../agent/evidence-source.ts';
import { keepDecisions } from '../../agent/keep-decisions.ts';
import type { DecidingStage } from '../../agent/watch.ts';
import { atMostEvery } from '../at-most-every.ts';
import type { Command } from '../commands/command.ts';
import type { ConsoleServices } from '../services.ts';
import { defineSlice } from '../state/slice.ts';

/** Decisions that are being made. */
export interface Deciding {
  readonly stage: DecidingStage | 'keeping';
  readonly done: number;
  /** 0 where it cannot be counted. */
  readonly of: number;
  readonly model: string | null;
  /** Does nothing once they are being kept. */
  readonly stop: () => void;
}

/** The screen follows so often, however quickly it goes. */
const SHOWN_MS = 100;

/** One question at a time: a new one stops the one before. */
export const decidingSlice = defineSlice<Deciding | null>('deciding', () => null);

export interface DecidingQuestion {
  /** Which routers, for which images; asked first, since it may take a query. */
  readonly requests: () => Promise<readonly EvidenceRequest[]>;
  /** True: the language model is asked where one is configured, and the decisions are kept, but in read-only mode. */
  readonly forTheRecord: boolean;
  /** Which routers these are, for the audit trail, where there may be many: `marked`, or the filter. Null: one. */
  readonly of: string | null;
}

export interface DecidingOutcome {
  readonly decisions: readonly RouterDecision[];
  /** Of the kept ones, in the same order; empty if none is. */
  readonly ids: readonly string[];
  readonly at: Date;
  /** Who was asked; null: no model was. */
  readonly model: string | null;
}

/** Decides by the newest figures, for no start in particular and on behalf of a person, as the screens judge. Null once it was stopped. */
export async function decideHere(
  services: ConsoleServices,
  question: DecidingQuestion,
): Promise<DecidingOutcome | null> {
  const { store } = services;
  store.get(decidingSlice)?.stop();
  const ending = new AbortController();
  const isCurrent = (): boolean => store.get(decidingSlice)?.stop === stop;
  const stop = (): void => {
    if (!isCurrent() || store.get(decidingSlice)?.stage === 'keeping') return;
    store.set<Deciding | null>(decidingSlice, null);
    ending.abort();
  };
  store.set<Deciding | null>(decidingSlice, { stage: 'inventory', done: 0, of: 0, model: null, stop });
  const change = (to: Partial<Deciding>): void =>
    store.update(decidingSlice, (deciding) => (deciding?.stop === stop ? { ...deciding, ...to } : deciding));
  const stopped = new Promise<null>((resolve) => {
    ending.signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  try {
    const outcome = await Promise.race([stopped, decide(services, question, ending.signal, change)]);
    return isCurrent() ? outcome : null;
  } finally {
    if (isCurrent()) store.set<Deciding | null>(decidingSlice, null);
  }
}

async function decide(
  services: ConsoleServices,
  { requests, forTheRecord, of }: DecidingQuestion,
  signal: AbortSignal,
  change: (to: Partial<Deciding>) => void,
): Promise<DecidingOutcome> {
  const { context } = services;
  const scope = services.scope();
  const actor = services.actor();
  const at = context.now();
  const asked = await requests();
  signal.throwIfAborted();
  const advisor = forTheRecord ? ((await context.openAdvisor?.(scope, at)) ?? null) : null;
  change({ model: advisor?.model ?? null });
  let newest: Partial<Deciding> = {};
  const show = atMostEvery(SHOWN_MS, () => change(newest));
  const onStage = (stage: DecidingStage, done: number, count: number): void => {
    newest = { stage, done, of: count };
    show();
  };
  const source = directSource(scope, context.telemetry);
  const judging = { now: at, byPerson: true };
  const decisions = await decideRouters(source, asked, judging, advisor, { signal, onStage });
  const isKept = forTheRecord && !context.readOnly && decisions.length > 0;
  newest = { stage: 'keeping', done: 0, of: decisions.length };
  if (isKept) change(newest);
  const ids = isKept
    ? await keepDecisions(scope, { actor: { ...actor, source: 'console' }, filter: of }, decisions)
    : [];
  return { decisions, ids, at, model: advisor?.model ?? null };
}

const WORDS: Readonly<Record<Deciding['stage'], string>> = {
  inventory: 'reading the inventory',
  telemetry: 'asking the telemetry',
  gates: 'comparing gates',
  advisor: 'asking the model',
  keeping: 'keeping the decisions',
};

/** `asking the model qwen3:8b, 3 of 12 …`. */
export function decidingWords({ stage, done, of, model }: Deciding): string {
  const what = stage === 'advisor' && model !== null ? `${WORDS.advisor} ${model}` : WORDS[stage];
  return stage !== 'keeping' && of > 1 ? `${what}, ${done} of ${of} …` : `${what} …`;
}

/** What is being decided on a screen is stopped when the screen is left. */
export function stopDecidingWith({ store }: ConsoleServices, signal: AbortSignal): void {
  signal.addEventListener('abort', () => store.get(decidingSlice)?.stop(), { once: true });
}

/** Stops what is being decided; on every screen that decides. */
export function stopDecidingCommand(prefix: string, routeId: string): Command {
  return {
    id: `${prefix}.stop-deciding`,
    title: 'cancel',
    description: 'Stop deciding; nothing is kept',
    keys: ['c'],
    category: 'Decide',
    scope: [routeId],
    hint: 1,
    when: ({ store }) => store.get(decidingSlice) !== null,
    disabledReason: ({ store }) =>
      store.get(decidingSlice)?.stage === 'keeping' ? 'The decisions are being kept; wait for it.' : null,
    run: ({ store }) => store.get(decidingSlice)?.stop(),
  };
}
