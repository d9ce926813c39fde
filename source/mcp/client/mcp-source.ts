import type { EvidenceSource, InventoryEvidence, TelemetryEvidence } from '../../agent/evidence-source.ts';
import { UserError } from '../../config/user-error.ts';
import { COVERAGE_STEPS } from '../../model/gate-rules.ts';
import type { FirmwareImage } from '../../model/image.ts';
import type { Policy } from '../../model/policy.ts';
import type { Router } from '../../model/router.ts';
import { healthAnswer } from '../influx/health-answer.ts';
import { routerAnswer, type RouterAnswer } from '../postgres/router-answer.ts';
import { inTurns } from './in-turns.ts';
import { toBlackout, toFailure, toHealth, toImage, toPolicy, toRouter } from './to-model.ts';
import type { CallTool } from './tool-caller.ts';

export interface McpTools {
  readonly postgres: CallTool;
  readonly influx: CallTool;
  /** Short name of the organization that is decided about: a token of another one would answer of other routers with the same ids. */
  readonly organization: string;
}

/** Evidence from the two MCP servers: `get_router` of each router, `health_summary` of each and of its redundancy peers. */
export function mcpSource({ postgres, influx, organization }: McpTools): EvidenceSource {
  const checkOrganization = (server: string, answered: string): void => {
    if (answered === organization) return;
    throw new UserError(
      `The MCP server ${server} answers for another organization than ${organization}: use a token of this one.`,
    );
  };
  return {
    async inventory(requests) {
      const answers = await inTurns(requests, async ({ routerId, imageId }) => {
        const given = { router_id: routerId, ...(imageId === null ? {} : { image_id: imageId }) };
        const answer = await postgres('get_router', given, routerAnswer);
        checkOrganization('postgres', answer.organization);
        refuseOmitted(answer);
        return answer;
      });
      return toInventory(answers);
    },
    async telemetry(routerIds, { start, end }) {
      const window = `${Math.round((end.getTime() - start.getTime()) / 60_000)}m`;
      const found = await inTurns(routerIds, async (routerId) => {
        const given = { router_id: routerId, window, until: end.toISOString() };
        const answer = await influx('health_summary', given, healthAnswer);
        checkOrganization('influx', answer.organization);
        if (answer.steps !== COVERAGE_STEPS) {
          throw new UserError('The MCP server influx cuts windows into other steps: it is of another version.');
        }
        const evidence = { health: toHealth(answer.health), coveredSteps: answer.steps_covered };
        return answer.has_data ? [[routerId, evidence] as const] : [];
      });
      return new Map<string, TelemetryEvidence>(found.flat());
    },
  };
}

/** What a gate does not see could be what it is there for. */
function refuseOmitted({ router, peers_omitted, blackouts_omitted, recent_failures_omitted }: RouterAnswer): void {
  if (peers_omitted + blackouts_omitted + recent_failures_omitted === 0) return;
  throw new UserError(
    `${router.hostname} has more peers, blackouts or failures than the MCP server tells of; decide it without --via mcp.`,
  );
}

function toInventory(answers: readonly RouterAnswer[]): InventoryEvidence {
  const routers = new Map<string, Router>();
  const policies = new Map<string, Policy>();
  const images = new Map<string, FirmwareImage>();
  // What was asked for stands before what was told of as a peer.
  const told = [...answers.flatMap(({ peers }) => peers), ...answers];
  for (const { router, policy } of told) {
    routers.set(router.router_id, toRouter(router));
    if (policy !== null) policies.set(policy.policy_id, toPolicy(policy));
  }
  for (const { asked_image } of answers) {
    if (asked_image !== null) images.set(asked_image.image_id, toImage(asked_image));
  }
  const blackouts = new Map(answers.flatMap((each) => each.blackouts).map((each) => [each.blackout_id, each]));
  return {
    routers,
    policies,
    images,
    peers: new Map(
      answers
        .filter(({ peers }) => peers.length > 0)
        .map(({ router, peers }) => [router.router_id, peers.map((peer) => peer.router.router_id)]),
    ),
    blackouts: [...blackouts.values()]
      .map(toBlackout)
      .toSorted((a, b) => a.from.getTime() - b.from.getTime() || (BigInt(a.id) < BigInt(b.id) ? -1 : 1)),
    failures: new Map(
      answers
        .filter(({ recent_failures }) => recent_failures.length > 0)
        .map(({ router, recent_failures }) => [router.router_id, recent_failures.map(toFailure)]),
    ),
  };
}
