import { directSource } from '../agent/direct-source.ts';
import { type Evidence, gatherFullEvidence } from '../agent/gather-evidence.ts';
import { whyBlackedOut } from '../model/blackout.ts';
import { type Decision, verdictOf } from '../model/gate.ts';
import type { FirmwareImage } from '../model/image.ts';
import { resolveSchedule } from '../model/resolve-schedule.ts';
import type { Schedule } from '../model/schedule.ts';
import { cleanLine } from '../model/text.ts';
import { listBlackouts } from '../postgres/blackouts.ts';
import type { CheckedRequest } from './check-request.ts';
import { type RefusalCode, UpgradeRefused } from './errors.ts';
import { describeObstacles, type Obstacle, whyBlocked } from './refusals.ts';
import type { RequestServices } from './services.ts';

/** One upgrade that may be requested, and what it was judged by. */
export interface PlannedUpgrade {
  readonly evidence: Evidence;
  readonly image: FirmwareImage;
  readonly schedule: Schedule;
}

/**
 * Judges every router of a request by fresh evidence. Throws `UpgradeRefused` naming the routers that cannot be upgraded, for
 * the first of these reasons: not there, not active, being upgraded, blocked by a gate, no such time, a blackout. `byPerson`: somebody asks who
 * knows what speaks against it.
 */
export async function planRequest(
  services: RequestServices,
  request: CheckedRequest,
  byPerson: boolean,
): Promise<readonly PlannedUpgrade[]> {
  const now = services.now();
  const found = await gatherFullEvidence(directSource(services.scope, services.telemetry), request.routers, {
    now,
    start: { choice: request.schedule },
    byPerson,
    despiteBlackout: request.despiteBlackout,
    downgrade: request.downgrade,
  });
  const missing = request.routers.filter(({ routerId }) => !found.has(routerId));
  refuse(
    'not_found',
    'not in this organization',
    missing.map(({ routerId }) => ({ hostname: routerId, reason: 'not found' })),
    request,
  );
  const evidence = [...found.values()];
  const obstacles = (why: (each: Evidence) => string | null): readonly Obstacle[] =>
    evidence.flatMap((each) => {
      const reason = why(each);
      return reason === null ? [] : [{ hostname: each.router.hostname, reason }];
    });
  refuse('blocked', 'not active', obstacles(whyNotActive), request);
  refuse('conflict', 'already being upgraded', obstacles(whyBusy), request);
  refuse(
    'not_found',
    'without an image',
    obstacles(({ image }) => (image === null ? 'the image is gone' : null)),
    request,
  );
  refuse(
    'blocked',
    'blocked',
    obstacles(({ decision }) => whyBlocked(beforeTheStart(decision))),
    request,
  );
  const planned = evidence.flatMap((each) => {
    const resolved = resolveSchedule(request.schedule, each.policy, now);
    if (!resolved.ok) {
      const hostname = cleanLine(each.router.hostname);
      throw new UpgradeRefused(
        'invalid',
        `${hostname} cannot be upgraded then: ${resolved.reason}. Choose another time.`,
      );
    }
    return each.image === null ? [] : [{ evidence: each, image: each.image, schedule: resolved.schedule }];
  });
  // A dry-run begins at once, whatever time it is about, and says itself if that is not free.
  if (!request.despiteBlackout && !request.dryRun) await refuseInBlackout(services, planned, now, request);
  return planned;
}

async function refuseInBlackout(
  { scope }: RequestServices,
  planned: readonly PlannedUpgrade[],
  now: Date,
  request: CheckedRequest,
): Promise<void> {
  const blackouts = await listBlackouts(scope, now);
  const obstacles = planned.flatMap(({ evidence: { router }, schedule }) => {
    const reason = whyBlackedOut(blackouts, router.site, schedule, now);
    return reason === null ? [] : [{ hostname: router.hostname, reason }];
  });
  refuse('blocked', 'not free at that time', obstacles, request);
}

/** Without what belongs to the start: that has refusals of its own below, in the words of whoever chose it. */
function beforeTheStart(decision: Decision): Decision {
  const gates = decision.gates.filter(({ id }) => id !== 'window' && id !== 'blackout');
  return { ...decision, gates, verdict: verdictOf(gates) };
}

function whyNotActive({ router }: Evidence): string | null {
  return router.status === 'active' ? null : router.status;
}

function whyBusy({ router }: Evidence): string | null {
  return router.openUpgrade === null ? null : `upgrade ${router.openUpgrade.id} is ${router.openUpgrade.status}`;
}

function refuse(code: RefusalCode, what: string, obstacles: readonly Obstacle[], request: CheckedRequest): void {
  if (obstacles.length > 0) throw new UpgradeRefused(code, describeObstacles(what, obstacles, request.routers.length));
}
