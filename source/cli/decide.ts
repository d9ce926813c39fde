import { openAdvisor } from '../agent/advisors/open-advisor.ts';
import { decideRouters, type RouterDecision } from '../agent/decide.ts';
import { directSource } from '../agent/direct-source.ts';
import type { EvidenceSource } from '../agent/evidence-source.ts';
import type { StartToJudge } from '../agent/gather-evidence.ts';
import { type Asked, keepDecisions } from '../agent/keep-decisions.ts';
import { readAdvisorSettings } from '../config/advisor-settings.ts';
import { UserError } from '../config/user-error.ts';
import type { Router } from '../model/router.ts';
import { cleanJson } from '../model/upgrade-report.ts';
import { whyNotByGate } from '../model/why-not.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { readCommandLine } from './command-line.ts';
import { type Context, openContext, openTelemetry } from './context.ts';
import { decisionJson, describeMany, describeOne } from './decide-output.ts';
import { routersOfFilter, withImages } from './decide-routers.ts';
import { openViaMcp, type ViaMcp } from './decide-via-mcp.ts';
import { findRouterOf } from './find-router.ts';
import { readTime } from './read-time.ts';
import { actorIn, findSession, startMembership } from './session.ts';
import { print, type Run } from './shell.ts';

/** A server lets a token make 600 calls a minute, and each router takes one of each. */
const MOST_VIA_MCP = 500;

/** What it is decided about: one router, or all that a filter keeps. */
type Subject = { readonly host: string; readonly filter: null } | { readonly host: null; readonly filter: string };

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'decide',
    operands: '[HOST]',
    count: [0, 1],
    purpose:
      'Decides whether a router may be upgraded, or each that a filter keeps: approve, defer or reject, with every gate. Changes nothing; the ' +
      'decision is kept. Ends with 0 if all are to be approved, 3 if one is deferred, 4 if one is rejected.',
    flags: {
      filter: { type: 'string', placeholder: 'EXPR', help: 'the routers that the fleet of the console would show' },
      image: {
        type: 'string',
        placeholder: 'FILE',
        help: 'the image to go to; else the one that a request would take',
      },
      at: {
        type: 'string',
        placeholder: 'TIME',
        help: 'for a start at this time, such as 2026-12-01T02:00Z; else now',
      },
      window: { type: 'boolean', help: "for a start in the next window of each router's policy" },
      via: {
        type: 'string',
        choices: ['databases', 'mcp'],
        help: 'where the evidence comes from: our databases, or both MCP servers, of which it is a client',
      },
      json: { type: 'boolean', help: 'print JSON' },
    },
    examples: [
      'decide core-r1',
      'decide --filter "site=ams ready=ready" --window',
      'decide core-r1 --json',
      'decide core-r1 --via mcp',
    ],
  });
  const subject = toSubject(operands[0], flags.filter);
  const start = toStart(flags.at, flags.window === true);
  const viaMcp = flags.via === 'mcp';
  const advisorSettings = readAdvisorSettings(shell.env);
  const context = openContext(shell.env);
  try {
    const now = new Date();
    const who = await findAsked(context, subject);
    const telemetry = await openTelemetry(context);
    try {
      const routers =
        who.router === null
          ? await routersOfFilter(who.scope, telemetry, subject.filter ?? '', { now, command: 'decide' })
          : [who.router];
      if (routers.length === 0) throw new UserError('The filter keeps no router, so there is nothing to decide.');
      if (viaMcp && routers.length > MOST_VIA_MCP) {
        throw new UserError(
          `--via mcp asks the servers for each router, and the filter keeps ${routers.length}; narrow it to ${MOST_VIA_MCP}, or leave --via mcp out.`,
        );
      }
      const requests = await withImages(who.scope, routers, flags.image);
      const advisor = await openAdvisor(advisorSettings, who.scope, now);
      const through = viaMcp
        ? await openViaMcp(shell.env, { operator: who.actor.operator.name, organization: who.slug })
        : null;
      const decisions = await decideThrough(through, directSource(who.scope, telemetry), (source) =>
        decideRouters(source, requests, { now, start }, advisor),
      );
      const ids = context.settings.readOnly
        ? []
        : await keepDecisions(who.scope, { actor: who.actor, filter: subject.filter }, decisions);
      if (flags.json === true) print(shell.stdout, json(decisions, ids, subject));
      else print(shell.stdout, ...(subject.filter === null ? decisions.flatMap(describeOne) : describeMany(decisions)));
      return exitCode(decisions);
    } finally {
      await telemetry.close();
    }
  } finally {
    await context.close();
  }
};

/** Decides by one source or the other, and ends the servers that were started for it. */
async function decideThrough<Result>(
  through: ViaMcp | null,
  direct: EvidenceSource,
  decide: (source: EvidenceSource) => Promise<Result>,
): Promise<Result> {
  try {
    return await decide(through?.source ?? direct);
  } finally {
    await through?.close();
  }
}

interface Who {
  readonly scope: OrganizationScope;
  /** Short name of the organization. */
  readonly slug: string;
  readonly actor: Asked['actor'];
  /** Null: those of a filter. */
  readonly router: Router | null;
}

async function findAsked(context: Context, subject: Subject): Promise<Who> {
  const { database, settings } = context;
  if (subject.host !== null) {
    const { session, membership, scope, router } = await findRouterOf(context, subject.host);
    return {
      scope,
      slug: membership.slug,
      router,
      actor: { ...actorIn(session, membership, 'viewer', 'decide'), source: 'cli' },
    };
  }
  const session = await findSession(database, settings);
  const membership = startMembership(session, settings.organization);
  const scope = database.organization(membership.organizationId);
  return {
    scope,
    slug: membership.slug,
    router: null,
    actor: { ...actorIn(session, membership, 'viewer', 'decide'), source: 'cli' },
  };
}

function json(decisions: readonly RouterDecision[], ids: readonly string[], subject: Subject): string {
  const all = decisions.map((decision, index) => decisionJson(decision, ids[index] ?? null));
  return cleanJson(subject.filter === null ? all[0] : { decisions: all, whyNot: whyNotByGate(decisions) });
}

function exitCode(decisions: readonly RouterDecision[]): number {
  if (decisions.some(({ verdict }) => verdict === 'reject')) return 4;
  return decisions.some(({ verdict }) => verdict === 'defer') ? 3 : 0;
}

function toSubject(host: string | undefined, filter: string | undefined): Subject {
  if (host !== undefined && filter !== undefined) wrong('HOST and --filter contradict each other.');
  if (filter !== undefined) return { host: null, filter };
  if (host === undefined) return wrong('name a router, or several by --filter EXPR.');
  return { host, filter: null };
}

function toStart(at: string | undefined, window: boolean): StartToJudge {
  if (at !== undefined && window) wrong('--at and --window contradict each other.');
  if (window) return { choice: { kind: 'window' } };
  if (at === undefined) return { choice: { kind: 'now' } };
  const time = readTime(at) ?? wrong('--at must be a time with its zone, for example --at 2026-12-01T02:00Z.');
  return { choice: { kind: 'at', at: time } };
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui decide: ${fault}`, { exitCode: 2 });
}
