import type { ScheduleChoice } from '../model/schedule.ts';
import { cleanLine } from '../model/text.ts';
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
}

/** A request whose form has been checked: each router once, in one order for all requests. */
export interface CheckedRequest {
  readonly routers: readonly { readonly routerId: string; readonly imageId: string }[];
  readonly schedule: ScheduleChoice;
  readonly idempotencyKey: string;
  readonly changeReference: string | null;
  readonly reason: string | null;
  readonly despiteBlackout: boolean;
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
  };
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
