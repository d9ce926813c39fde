import { type Advice, type DecisionRecord, tighten } from '../model/agent.ts';
import type { FirmwareImage } from '../model/image.ts';
import type { Router } from '../model/router.ts';
import type { Advisor } from './advisors/advisor.ts';
import type { EvidenceRequest, EvidenceSource } from './evidence-source.ts';
import { type Evidence, gatherFullEvidence, type Judging } from './gather-evidence.ts';
import { UNWATCHED, type Watch } from './watch.ts';

/** A decision with what it is about. */
export interface RouterDecision extends DecisionRecord {
  readonly router: Router;
  readonly image: FirmwareImage | null;
}

/** So many questions are with the advisor at once. */
const ASKED_AT_ONCE = 4;

/**
 * Decides about each router, in the order of the requests; those that do not exist are left out. An advisor is asked only where the gates
 * approve, since all that it can do is tighten.
 */
export async function decideRouters(
  source: EvidenceSource,
  requests: readonly EvidenceRequest[],
  judging: Judging,
  advisor: Advisor | null = null,
  watch: Watch = UNWATCHED,
): Promise<readonly RouterDecision[]> {
  const evidence = await gatherFullEvidence(source, requests, judging, watch);
  const advice = advisor === null ? new Map<string, Advice>() : await askAll(advisor, [...evidence.values()], watch);
  watch.signal?.throwIfAborted();
  return requests.flatMap(({ routerId, upgradeId }) => {
    const found = evidence.get(routerId);
    if (found === undefined) return [];
    const { router, policy, image, decision } = found;
    const said = advice.get(routerId) ?? null;
    return [
      {
        router,
        image,
        routerId,
        upgradeId: upgradeId ?? null,
        imageId: image?.id ?? null,
        verdict: tighten(decision.verdict, said),
        gates: decision.gates,
        policy: policy === null ? null : { id: policy.id, version: policy.version },
        evidence: decision.evidence,
        advice: said,
      },
    ];
  });
}

async function askAll(
  advisor: Advisor,
  evidence: readonly Evidence[],
  { signal, onStage }: Watch,
): Promise<Map<string, Advice>> {
  const questions = evidence.flatMap(({ router, image, decision }) =>
    decision.verdict === 'approve' && image !== null ? [{ router, image, decision }] : [],
  );
  const found = new Map<string, Advice>();
  const count = questions.length;
  const ask = async (): Promise<void> => {
    for (let next = questions.shift(); next !== undefined; next = questions.shift()) {
      signal?.throwIfAborted();
      onStage?.('advisor', found.size, count);
      found.set(next.router.id, await advisor.ask(next, signal));
    }
  };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, ask));
  return found;
}
