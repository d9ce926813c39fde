import { plural } from '../../format/numbers.ts';
import type { ClockMode } from '../../format/times.ts';
import { blockedRouters, confirmationOf, includedRouters, isJudged, obstaclesOf } from './plan.ts';
import { plannedStart } from './schedule.ts';
import { plannedWaves } from './wave-fields.ts';
import type { WizardForm } from './state.ts';

/** Why the page cannot be left forwards yet, as a sentence; null if it can. */
export function whyNotNext(form: WizardForm, clock: ClockMode, now: Date): string | null {
  if (form.data === null) return 'The routers are still being read.';
  if (form.data.routers.length === 0)
    return 'None of these routers is in the inventory any more; esc leaves the wizard.';
  if (includedRouters(form).length === 0) return 'No router is left; X takes them back in, esc leaves the wizard.';
  switch (form.page) {
    case 'image':
      return whyNotPastImages(form);
    case 'gates':
      return whyNotPastGates(form);
    case 'schedule': {
      const start = plannedStart(form, clock, now);
      return start.ok ? whyNotPastPlan(form) : `This is no time to start: ${start.fault}.`;
    }
    case 'review':
      return whyChanged(form);
    case 'confirm': {
      if (form.writing) return 'It is being written.';
      const expected = confirmationOf(form);
      return form.confirmation.value.trim() === expected ? whyChanged(form) : `Type ${expected} first.`;
    }
  }
}

function whyNotPastImages(form: WizardForm): string | null {
  const obstacles = obstaclesOf(form);
  const [first] = obstacles;
  if (first === undefined) return null;
  if (form.data?.routers.length === 1) return `This router cannot be upgraded: it ${first.reason}.`;
  return `${plural(obstacles.length, 'router')} cannot be upgraded: x leaves ${obstacles.length === 1 ? 'it' : 'them'} out.`;
}

function whyNotPastGates(form: WizardForm): string | null {
  if (!isJudged(form)) {
    return form.asking === null ? 'The gates have not been judged: r asks again.' : 'The gates are being judged.';
  }
  const count = blockedRouters(form).length;
  if (count === 0) return null;
  if (form.data?.routers.length === 1) {
    return whyNotPastImages(form) ?? 'A gate blocks this router: r judges it again, esc goes back.';
  }
  return `${plural(count, 'router')} ${count === 1 ? 'is' : 'are'} blocked: x leaves ${count === 1 ? 'it' : 'them'} out.`;
}

function whyNotPastPlan(form: WizardForm): string | null {
  const waves = plannedWaves(form.waves, includedRouters(form).length);
  if (!waves.ok) return `These are no waves: ${waves.fault}.`;
  if (form.mode === 'dry-run' || form.data?.referenceRequired !== true) return null;
  return form.changeReference.value.trim() === ''
    ? 'Your organization wants a change reference: tab goes to it.'
    : null;
}

/** Nobody confirms what they have not seen: the routers, and the image of each, must be those that were judged. */
function whyChanged(form: WizardForm): string | null {
  if (isJudged(form)) return null;
  return 'The routers or their images changed meanwhile: esc goes back to the gates, which are judged again.';
}
