import type { Policy } from '../../../model/policy.ts';
import { type ResolvedSchedule, resolveSchedule } from '../../../model/resolve-schedule.ts';
import type { Router } from '../../../model/router.ts';
import type { Schedule, ScheduleChoice } from '../../../model/schedule.ts';
import { cleanLine } from '../../../model/text.ts';
import type { ClockMode } from '../../format/times.ts';
import { includedRouters } from './plan.ts';
import type { WizardForm } from './state.ts';
import { readTime } from './time-field.ts';

/** When every router would start, or why that cannot be, as one sentence. */
export type PlannedStart =
  | { readonly ok: true; readonly choice: ScheduleChoice; readonly starts: ReadonlyMap<string, Schedule> }
  | { readonly ok: false; readonly fault: string };

/** The zone that a typed time is in: UTC, or the first router's site. */
export function typedZone(form: WizardForm, clock: ClockMode): string {
  return clock === 'utc' ? 'UTC' : (includedRouters(form)[0]?.timeZone ?? 'UTC');
}

/** What the schedule page says now. */
export function plannedStart(form: WizardForm, clock: ClockMode, now: Date): PlannedStart {
  if (form.when !== 'at') return startOf(form, { kind: form.when }, now);
  const typed = readTime(form.at.value, typedZone(form, clock));
  return typed.ok ? startOf(form, { kind: 'at', at: typed.at }, now) : typed;
}

export function startOf(form: WizardForm, choice: ScheduleChoice, now: Date): PlannedStart {
  const starts = new Map<string, Schedule>();
  // The same for all routers of a policy, and not quick to find: windows are reckoned in their time zones.
  const resolved = new Map<string | null, ResolvedSchedule>();
  for (const router of includedRouters(form)) {
    const known = resolved.get(router.policyId) ?? resolveSchedule(choice, policyOf(form, router), now);
    resolved.set(router.policyId, known);
    if (!known.ok) {
      const name = choice.kind === 'window' ? `${cleanLine(router.hostname)}: ` : '';
      return { ok: false, fault: `${name}${known.reason}` };
    }
    starts.set(router.id, known.schedule);
  }
  return { ok: true, choice, starts };
}

function policyOf(form: WizardForm, router: Router): Policy | null {
  return router.policyId === null ? null : (form.data?.policies.get(router.policyId) ?? null);
}
