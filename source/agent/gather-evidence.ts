import { setImmediate as breathe } from 'node:timers/promises';
import { evaluateGates } from '../model/evaluate-gates.ts';
import { FAILURES_MS } from '../model/gate-failures.ts';
import type { Peer } from '../model/gate-peer.ts';
import { evidenceWindow } from '../model/gate-rules.ts';
import type { Decision } from '../model/gate.ts';
import type { FirmwareImage } from '../model/image.ts';
import type { Policy } from '../model/policy.ts';
import { type ResolvedSchedule, resolveSchedule } from '../model/resolve-schedule.ts';
import type { Router } from '../model/router.ts';
import type { Schedule, ScheduleChoice } from '../model/schedule.ts';
import type { EvidenceRequest, EvidenceSource, InventoryEvidence, TelemetryEvidence } from './evidence-source.ts';
import { UNWATCHED, type Watch } from './watch.ts';

/** So many routers are judged in a row; then whatever else waits in this process, a key for one, gets its turn. */
const JUDGED_IN_A_ROW = 100;

/** What a decision was made from, and the decision. */
export interface Evidence {
  readonly router: Router;
  readonly policy: Policy | null;
  /** Null if none was asked for, or there is none with that id. */
  readonly image: FirmwareImage | null;
  readonly decision: Decision;
}

/** When it is judged, for which start, and on whose behalf. */
export interface Judging {
  readonly now: Date;
  /** The start that was chosen, or that an upgrade has; left out while none is chosen: window and blackouts are then not judged. */
  readonly start?: StartToJudge | ((routerId: string) => StartToJudge);
  /** A person asks, and may choose a start outside the window, ask again after a failure, and wait for a peer. */
  readonly byPerson?: boolean;
  /** It was asked for although a blackout holds. */
  readonly despiteBlackout?: boolean;
  /** It was asked for to go back to an older version. */
  readonly downgrade?: boolean;
}

/** A choice becomes a start by each router's policy; a schedule is one already. */
export type StartToJudge =
  { readonly choice: ScheduleChoice } | { readonly schedule: Schedule; readonly choice?: undefined };

/**
 * The decision for each router, from fresh rows and telemetry. Routers that do not exist are absent. The number of queries does not depend on
 * how many routers there are, but for telemetry of up to eight. Rejects when a source cannot be reached: no decision is made without
 * asking.
 */
export async function gatherEvidence(
  source: EvidenceSource,
  requests: readonly EvidenceRequest[],
  judging: Judging,
): Promise<Map<string, Decision>> {
  const evidence = await gatherFullEvidence(source, requests, judging);
  return new Map([...evidence].map(([routerId, { decision }]) => [routerId, decision]));
}

/** Like {@link gatherEvidence}, with the rows that each decision was made from, for somebody who may stop it. */
export async function gatherFullEvidence(
  source: EvidenceSource,
  requests: readonly EvidenceRequest[],
  judging: Judging,
  { signal, onStage }: Watch = UNWATCHED,
): Promise<Map<string, Evidence>> {
  const { now } = judging;
  const window = evidenceWindow(now);
  onStage?.('inventory', 0, 0);
  const inventory = await source.inventory(requests, { now, failuresSince: new Date(now.getTime() - FAILURES_MS) });
  signal?.throwIfAborted();
  onStage?.('telemetry', 0, 0);
  const telemetry = await source.telemetry([...inventory.routers.keys()], window);
  const evidence = new Map<string, Evidence>();
  for (const [index, request] of requests.entries()) {
    if (index % JUDGED_IN_A_ROW === 0) {
      onStage?.('gates', index, requests.length);
      await breathe();
      signal?.throwIfAborted();
    }
    const router = inventory.routers.get(request.routerId);
    if (router === undefined) continue;
    const policy = inventory.policies.get(router.policyId ?? '') ?? null;
    const image = inventory.images.get(request.imageId ?? '') ?? null;
    const sent = telemetry.get(router.id);
    const decision = evaluateGates({
      policy,
      health: sent?.health ?? null,
      coveredSteps: sent?.coveredSteps ?? null,
      router,
      image,
      peers: peersOf(router.id, inventory, telemetry),
      failures: (inventory.failures.get(router.id) ?? []).filter(({ upgradeId }) => upgradeId !== request.upgradeId),
      blackouts: inventory.blackouts,
      start: startOf(judging, router.id, policy),
      ownUpgrade: request.upgradeId ?? null,
      byPerson: judging.byPerson === true,
      despiteBlackout: judging.despiteBlackout === true,
      downgrade: judging.downgrade === true,
      window,
      now,
    });
    evidence.set(router.id, { router, policy, image, decision });
  }
  return evidence;
}

function peersOf(
  routerId: string,
  { routers, peers, policies }: InventoryEvidence,
  telemetry: ReadonlyMap<string, TelemetryEvidence>,
): readonly Peer[] {
  return (peers.get(routerId) ?? []).flatMap((id) => {
    const router = routers.get(id);
    if (router === undefined) return [];
    return [{ router, policy: policies.get(router.policyId ?? '') ?? null, health: telemetry.get(id)?.health ?? null }];
  });
}

function startOf({ start, now }: Judging, routerId: string, policy: Policy | null): ResolvedSchedule | null {
  const wanted = typeof start === 'function' ? start(routerId) : start;
  if (wanted === undefined) return null;
  if (wanted.choice === undefined) return { ok: true, schedule: wanted.schedule };
  return resolveSchedule(wanted.choice, policy, now);
}
