import type { ScheduleChoice } from '../model/schedule.ts';
import { cleanLine } from '../model/text.ts';
import type { PlanRules } from '../model/upgrade-plan.ts';
import { assignWaves, type WaveSize } from '../model/waves.ts';
import { UpgradeRefused } from './errors.ts';

/** What the wizard confirms: these routers, each with its image, at one time. */
export interface UpgradeRequest {
  readonly routerIds: readonly string[];
  /** The image of each router, by router id. */
  readonly imageIds: ReadonlyMap<string, string>;
  readonly schedule: ScheduleChoice;
  /** A uuid made once for a confirmation: the same key again gives the first outcome instead of a second one. */
  readonly idempotencyKey: string;
  /** The number of a change or ticket. */
  readonly changeReference?: string;
  readonly reason?: string;
  /** Ask for a time inside a blackout: it begins after that, unless it is approved as an emergency. */
  readonly despiteBlackout?: boolean;
  /** Images may be older than what runs: to go back after an upgrade that was committed. */
  readonly downgrade?: boolean;
  /** Change nothing on the devices: it begins at once, whatever the schedule, which is kept for the request for real, as the waves are. */
  readonly dryRun?: boolean;
  /** In waves, the routers in the order of `routerIds`; all at once if it is left out. */
  readonly plan?: PlanRules & { readonly waves: readonly WaveSize[] };
}

/** A request whose form has been checked: each router once, in one order for all requests. */
export interface CheckedRequest {
  readonly routers: readonly { readonly routerId: string; readonly imageId: string }[];
  readonly schedule: ScheduleChoice;
  readonly idempotencyKey: string;
  readonly changeReference: string | null;
  readonly reason: string | null;
  readonly despiteBlackout: boolean;
  readonly downgrade: boolean;
  readonly dryRun: boolean;
  /** Null: all at once. */
  readonly plan: PlanRules | null;
  /** The wave of each router, from 1. */
  readonly waves: ReadonlyMap<string, number>;
}

/** Routers of one request: it is one transaction, and one confirmation should stay something that a person can oversee. */
export const MOST_ROUTERS = 1000;
const LONGEST_REFERENCE = 128;
const LONGEST_REASON = 1000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

/** Checks what can be checked without reading anything. Throws `UpgradeRefused` with code `invalid`. */
export function checkRequest(request: UpgradeRequest): CheckedRequest {
  const ids = [...new Set(request.routerIds)];
  if (ids.length === 0) throw invalid('No router is chosen: choose at least one.');
  if (ids.length > MOST_ROUTERS) {
    throw invalid(`One request may have ${MOST_ROUTERS} routers, not ${ids.length}: split it.`);
  }
  if (!UUID.test(request.idempotencyKey)) throw invalid('The idempotency key of the request is no uuid.');
  return {
    // One order for all, so that two requests never wait for each other.
    routers: ids.toSorted(byCode).map((routerId) => ({ routerId, imageId: imageOf(request, routerId) })),
    schedule: request.schedule,
    idempotencyKey: request.idempotencyKey.toLowerCase(),
    changeReference: shortText('change reference', request.changeReference, LONGEST_REFERENCE),
    reason: checkReason(request.reason),
    despiteBlackout: request.despiteBlackout === true,
    downgrade: request.downgrade === true,
    dryRun: request.dryRun === true,
    ...checkPlan(ids, request.plan),
  };
}

function checkPlan(ids: readonly string[], plan: UpgradeRequest['plan']): Pick<CheckedRequest, 'plan' | 'waves'> {
  if (plan === undefined) return { plan: null, waves: new Map() };
  const { waves: sizes, ...rules } = plan;
  const waves = assignWaves(ids.length, sizes);
  if (waves === null) throw invalid('The waves leave routers out: end them with 100%.');
  const several = (waves.at(-1) ?? 1) > 1;
  return { plan: several ? rules : null, waves: new Map(ids.map((id, index) => [id, waves[index] ?? 1])) };
}

/** A reason, safe to print and store; null if it is empty. */
export function checkReason(reason: string | undefined): string | null {
  return shortText('reason', reason, LONGEST_REASON);
}

function imageOf(request: UpgradeRequest, routerId: string): string {
  const imageId = request.imageIds.get(routerId);
  if (imageId === undefined) throw invalid(`No image is chosen for router ${cleanLine(routerId)}: choose one.`);
  if (!UUID.test(imageId)) throw invalid(`The image of router ${cleanLine(routerId)} is no image id.`);
  return imageId.toLowerCase();
}

function shortText(what: string, text: string | undefined, longest: number): string | null {
  const clean = cleanLine(text ?? '').trim();
  if (clean.length > longest) throw invalid(`The ${what} is longer than ${longest} characters: shorten it.`);
  return clean === '' ? null : clean;
}

function invalid(message: string): UpgradeRefused {
  return new UpgradeRefused('invalid', message);
}

function byCode(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
