import { defineRoute } from '../state/route.ts';

/** Every screen's name and what it needs to know, in one place: screens lead to each other without importing each other. */
export const fleetRoute = defineRoute('fleet', () => 'fleet');

export const routerRoute = defineRoute<{ readonly routerId: string; readonly hostname: string }>(
  'router',
  ({ hostname }) => hostname,
);

export const policiesRoute = defineRoute('policies', () => 'policies');

/** The routers that a policy applies to. */
export const policyRoute = defineRoute<{ readonly policyId: string; readonly name: string }>(
  'policy',
  ({ name }) => name,
);

/** A policy that is written: a new one, a copy, or a change. Each visit has a form of its own. */
export const policyFormRoute = defineRoute<{
  readonly policyId: string | null;
  readonly copies: boolean;
  readonly visit: string;
}>('policy-form', ({ policyId, copies }) => {
  if (policyId === null) return 'new policy';
  return `${copies ? 'copy' : 'edit'} policy ${policyId}`;
});

/** Why a router has the policy that it has. */
export const explainRoute = defineRoute<{ readonly routerId: string; readonly hostname: string }>(
  'explain',
  ({ hostname }) => `policy of ${hostname}`,
);

export const upgradesRoute = defineRoute('upgrades', () => 'upgrades');

export const upgradeRoute = defineRoute<{ readonly upgradeId: string }>(
  'upgrade',
  ({ upgradeId }) => `upgrade ${upgradeId}`,
);

/** What the device of an upgrade prints. */
export const outputRoute = defineRoute<{ readonly upgradeId: string; readonly routerId: string }>(
  'output',
  () => 'device output',
);

/** The waves of the plan that an upgrade goes in. */
export const planRoute = defineRoute<{ readonly upgradeId: string; readonly batchId: string }>('plan', () => 'plan');

/** Requests upgrades of these routers. */
export const wizardRoute = defineRoute<{ readonly routerIds: readonly string[] }>('wizard', ({ routerIds }) =>
  routerIds.length === 1 ? 'upgrade' : `upgrade ${routerIds.length} routers`,
);

/** How many of these routers may be upgraded, and why the others may not. `of` says which they are: `marked`, or the filter. */
export const decisionsRoute = defineRoute<{ readonly routerIds: readonly string[]; readonly of: string }>(
  'decisions',
  ({ routerIds }) => (routerIds.length === 1 ? 'decision' : `decisions on ${routerIds.length} routers`),
);

/** The routers that one line of the decisions is about. */
export const decidedRoute = defineRoute<{ readonly line: string; readonly routerIds: ReadonlySet<string> }>(
  'decided',
  ({ line }) => line,
);

/** What is wrong in the whole fleet. */
export const triageRoute = defineRoute('triage', () => 'triage');

/** What waits for approval. */
export const approvalsRoute = defineRoute('approvals', () => 'approvals');

/** The audit trail of the organization. */
export const auditRoute = defineRoute('audit', () => 'audit');

/** The firmware images on record. */
export const imagesRoute = defineRoute('images', () => 'images');

/** A calendar of maintenance windows, blackouts and upgrades. */
export const windowsRoute = defineRoute('windows', () => 'windows');

/** What lies on a day of it, `2026-11-28`. */
export const windowsDayRoute = defineRoute<{ readonly day: string }>('windows-day', ({ day }) => day);

/** A blackout that is written. Each visit has a form of its own. */
export const blackoutFormRoute = defineRoute<{ readonly visit: string }>('blackout-form', () => 'new blackout');

/** The sites of the organization. */
export const sitesRoute = defineRoute('sites', () => 'sites');

/** Figures of one router over time, or of several in one chart. */
export const chartsRoute = defineRoute<{
  readonly routers: readonly { readonly routerId: string; readonly hostname: string }[];
}>('charts', ({ routers }) =>
  routers.length === 1 ? `charts of ${routers[0]?.hostname ?? ''}` : `charts of ${routers.length} routers`,
);

/** The router of an upgrade before and after it. */
export const compareRoute = defineRoute<{ readonly upgradeId: string }>('compare', () => 'before and after');
