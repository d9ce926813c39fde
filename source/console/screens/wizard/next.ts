import { plural } from '../../format/numbers.ts';
import type { ClockMode } from '../../format/times.ts';
import { blockedRouters, confirmationOf, includedRouters, obstaclesOf, questionOf } from './plan.ts';
import { plannedStart } from './schedule.ts';
import type { WizardForm } from './state.ts';

/** Why the page cannot be left forwards yet, as a sentence; null if it can. */
export function whyNotNext(form: WizardForm, clock: ClockMode, now: Date): string | null {
  if (form.data === null) return 'The routers are still being read.';
  if (includedRouters(form).length === 0) return 'No router is left; esc leaves the wizard.';
  switch (form.page) {
    case 'image': {
      const count = obstaclesOf(form).length;
      return count === 0
        ? null
        : `${plural(count, 'router')} cannot be upgraded: x leaves ${count === 1 ? 'it' : 'them'} out.`;
    }
    case 'gates':
      return whyNotPastGates(form);
    case 'schedule': {
      const start = plannedStart(form, clock, now);
      return start.ok ? null : `This is no time to start: ${start.fault}.`;
    }
    case 'review':
      return null;
    case 'confirm': {
      if (form.writing) return 'It is being written.';
      const expected = confirmationOf(form);
      return form.confirmation.value.trim() === expected ? null : `Type ${expected} first.`;
    }
  }
}

function whyNotPastGates(form: WizardForm): string | null {
  if (form.evidence === null || form.evidence.question !== questionOf(form)) {
    return form.asking === null ? 'The gates have not been judged: r asks again.' : 'The gates are being judged.';
  }
  const count = blockedRouters(form).length;
  if (count === 0) return null;
  if (includedRouters(form).length === 1) return 'A gate blocks this router: r asks again, esc goes back.';
  return `${plural(count, 'router')} ${count === 1 ? 'is' : 'are'} blocked by a gate: x leaves ${count === 1 ? 'it' : 'them'} out.`;
}
