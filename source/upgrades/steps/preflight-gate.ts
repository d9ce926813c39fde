import { directSource } from '../../agent/direct-source.ts';
import { gatherFullEvidence } from '../../agent/gather-evidence.ts';
import { whyBlackedOut } from '../../model/blackout.ts';
import type { Gate } from '../../model/gate.ts';
import { whyTooLate } from '../../model/resolve-schedule.ts';
import type { Check } from '../../model/upgrade-run.ts';
import { listBlackouts } from '../../postgres/blackouts.ts';
import { type Step, StepFailed, StepHeld } from '../engine/step.ts';
import { failures } from './failures.ts';

/** Judges the router once more, on the telemetry of now: what was true at the approval may not be. A gate that fails holds the upgrade. */
export const preflightGate: Step = {
  name: 'preflight_gate',
  property: 'repeatable',
  attempts: 1,
  timeout: (pace) => pace.command * 2,
  async run(context) {
    const { upgrade, scope, telemetry, now } = context;
    // Copying the image took its time: a start that was chosen was kept when the upgrade was begun, but a window may be over.
    const late = upgrade.schedule.kind === 'window' ? whyTooLate(upgrade.schedule, now()) : null;
    if (late !== null) throw new StepHeld(`${late}: nothing is begun outside the window.`);
    const blackouts = upgrade.ignoresBlackouts ? [] : await listBlackouts(scope, now());
    const blackout = whyBlackedOut(blackouts, upgrade.router.site, { kind: 'now' }, now());
    if (blackout !== null) throw new StepHeld(`${blackout}: resume it when that is over.`);
    const request = { routerId: upgrade.router.id, imageId: upgrade.image.id, upgradeId: upgrade.id };
    const found = await gatherFullEvidence(directSource(scope, telemetry), [request], {
      now: now(),
      start: { schedule: upgrade.schedule },
      byPerson: true,
      despiteBlackout: upgrade.ignoresBlackouts,
    });
    const evidence = found.get(upgrade.router.id);
    if (evidence === undefined) throw new StepFailed('The router is not in the inventory any more.');
    const { decision } = evidence;
    const checks = decision.gates.map((gate) => toCheck(gate));
    await context.check('gate', checks);
    if (decision.verdict === 'approve') return { detail: `${checks.length} gates pass.` };
    throw new StepHeld(failures(checks) ?? `The decision is ${decision.verdict}.`);
  },
};

function toCheck({ title, expected, actual, result, advice }: Gate): Check {
  return { name: title, expected, actual, status: result, action: advice };
}
