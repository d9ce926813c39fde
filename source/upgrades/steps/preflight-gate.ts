import { directSource } from '../../agent/direct-source.ts';
import { gatherFullEvidence } from '../../agent/gather-evidence.ts';
import { whyBlackedOut } from '../../model/blackout.ts';
import type { Gate, Verdict } from '../../model/gate.ts';
import { whyTooLate } from '../../model/resolve-schedule.ts';
import type { Check, UpgradeRun } from '../../model/upgrade-run.ts';
import { compareVersions } from '../../model/version.ts';
import { listBlackouts } from '../../postgres/blackouts.ts';
import { type ReadingContext, type Step, type StepEnd, StepFailed, StepHeld } from '../engine/step.ts';
import { failures } from './failures.ts';

/** Judges the router once more, on the telemetry of now: what was true at the approval may not be. A gate that fails holds the upgrade. */
export const preflightGate: Step = {
  name: 'preflight_gate',
  property: 'repeatable',
  attempts: 1,
  timeout: (pace) => pace.command * 2,
  async run(context) {
    const { upgrade, scope, now } = context;
    // Copying the image took its time: a start that was chosen was kept when the upgrade was begun, but a window may be over.
    const late = upgrade.schedule.kind === 'window' ? whyTooLate(upgrade.schedule, now()) : null;
    if (late !== null) throw new StepHeld(`${late}: nothing is begun outside the window.`);
    const blackouts = upgrade.ignoresBlackouts ? [] : await listBlackouts(scope, now());
    const blackout = whyBlackedOut(blackouts, upgrade.router.site, { kind: 'now' }, now());
    if (blackout !== null) throw new StepHeld(`${blackout}: resume it when that is over.`);
    const { checks, verdict } = await judge(context);
    if (verdict === 'approve') return { detail: `${checks.length} gates pass.` };
    throw new StepHeld(failures(checks) ?? `The decision is ${verdict}.`);
  },
  dryRun: wouldPass,
};

/** Judges the gates; that a time is not free now is only told. */
async function wouldPass(context: ReadingContext): Promise<StepEnd> {
  const { upgrade, scope, now } = context;
  const { checks, verdict } = await judge(context);
  if (verdict !== 'approve') throw new StepFailed(failures(checks) ?? `The decision is ${verdict}.`);
  const blackout = whyBlackedOut(await listBlackouts(scope, now()), upgrade.router.site, upgrade.schedule, now());
  const warning = blackout === null ? null : `For real it would not begin then: ${blackout}.`;
  return { detail: [`${checks.length} gates pass.`, warning ?? []].flat().join(' '), evidence: { warning } };
}

async function judge(
  context: ReadingContext,
): Promise<{ readonly checks: readonly Check[]; readonly verdict: Verdict }> {
  const { upgrade, scope, telemetry, now } = context;
  const request = { routerId: upgrade.router.id, imageId: upgrade.image.id, upgradeId: upgrade.id };
  const found = await gatherFullEvidence(directSource(scope, telemetry), [request], {
    now: now(),
    start: { schedule: upgrade.schedule },
    byPerson: true,
    despiteBlackout: upgrade.ignoresBlackouts || upgrade.dryRun,
    downgrade: isDowngrade(upgrade),
  });
  const evidence = found.get(upgrade.router.id);
  if (evidence === undefined) throw new StepFailed('The router is not in the inventory any more.');
  const { decision } = evidence;
  const checks = decision.gates.map((gate) => toCheck(gate));
  await context.check('gate', checks);
  return { checks, verdict: decision.verdict };
}

/** It was approved as one then: the gate of the image passes no other request for an older version. */
function isDowngrade({ router, fromVersion, toVersion }: UpgradeRun): boolean {
  return compareVersions(router.platform, toVersion, fromVersion) === -1;
}

function toCheck({ title, expected, actual, result, advice }: Gate): Check {
  return { name: title, expected, actual, status: result, action: advice };
}
