import type { ClockMode } from '../../format/times.ts';
import type { Deciding } from '../../loaders/deciding.ts';
import type { WorkersSeen } from '../../loaders/workers.ts';
import type { Size } from '../../state/terminal.ts';
import type { Part } from '../../text/parts.ts';
import { wrapLine } from '../../text/wrap.ts';
import { confirmLines } from './confirm-lines.ts';
import { gateLines } from './gate-lines.ts';
import { imageItems, imagePage } from './image-lines.ts';
import { reviewLines } from './review-lines.ts';
import { focusedLine, scheduleLines } from './schedule-lines.ts';
import type { WizardForm } from './state.ts';

/** The steps and a blank line. */
const CHROME = 2;
const MOST_PROBLEM_LINES = 3;
/** A page that is cut at the bottom shows this much below the cursor: an image has two lines. */
const BELOW_CURSOR = 2;
/** And this much below the field that has the keys: what is wrong with it, in two lines. */
const BELOW_FIELD = 3;

export interface PageInSight {
  readonly lines: readonly (readonly Part[])[];
  /** The first line shown. */
  readonly top: number;
  /** Lines that fit. */
  readonly room: number;
  /** Lines for what went wrong, the last ones of the screen. */
  readonly problem: readonly string[];
}

/** The page as it is seen on a screen of this size. */
export function pageInSight(
  form: WizardForm,
  clock: ClockMode,
  now: number,
  body: Size,
  workers: WorkersSeen | null,
  deciding: Deciding | null,
): PageInSight {
  const width = body.columns - 2;
  const problem = form.problem === null ? [''] : wrapLine(`✖ ${form.problem}`, width).slice(0, MOST_PROBLEM_LINES);
  const room = Math.max(1, body.rows - CHROME - problem.length);
  if (form.page === 'image') {
    const { lines, cursorLine } = imagePage(form);
    return { lines, top: clamp(cursorLine + BELOW_CURSOR - room, lines.length - room), room, problem };
  }
  const lines = linesOf({ ...form, page: form.page }, clock, now, width, workers, deciding);
  const first = form.page === 'schedule' ? focusedLine(lines) + BELOW_FIELD - room : form.scroll;
  return { lines, top: clamp(first, lines.length - room), room, problem };
}

/** What the keys for lists move on the page: its items, or how far it is scrolled. */
export function listInSight(
  form: WizardForm,
  clock: ClockMode,
  now: number,
  body: Size,
  workers: WorkersSeen | null,
  deciding: Deciding | null,
): {
  readonly list: { readonly cursor: number; readonly top: number };
  readonly count: number;
  readonly height: number;
} {
  const { lines, top, room } = pageInSight(form, clock, now, body, workers, deciding);
  if (form.page !== 'image') {
    return { list: { cursor: top, top }, count: Math.max(1, lines.length - room + 1), height: room };
  }
  const count = imageItems(form).length;
  return { list: { cursor: clamp(form.cursor, count - 1), top }, count, height: room };
}

function linesOf(
  form: WizardForm & { readonly page: Exclude<WizardForm['page'], 'image'> },
  clock: ClockMode,
  now: number,
  width: number,
  workers: WorkersSeen | null,
  deciding: Deciding | null,
): PageInSight['lines'] {
  switch (form.page) {
    case 'gates':
      return gateLines(form, { now, width, clock, deciding });
    case 'schedule':
      return scheduleLines(form, clock, new Date(now), width);
    case 'review':
      return reviewLines(form, clock, new Date(now), workers);
    case 'confirm':
      return confirmLines(form, workers);
  }
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, value));
}
