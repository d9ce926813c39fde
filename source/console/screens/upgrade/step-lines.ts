import type { UpgradeDetail, UpgradeStep } from '../../../model/upgrade.ts';
import { cleanLine } from '../../../model/text.ts';
import { formatStopwatch } from '../../format/age.ts';
import { stepParts } from '../../format/upgrade-status.ts';
import { fit } from '../../text/width.ts';
import { wrapLine } from '../../text/wrap.ts';
import { heading, type LineParts } from './parts.ts';

const NAME_WIDTH = 15;
const TIME_WIDTH = 8;
/** Before the detail: the glyph, the name, the time, and gaps. */
const INDENT = 3 + NAME_WIDTH + 1 + TIME_WIDTH + 2;
/** A device can say a lot: the rest is in the audit trail. */
const MOST_DETAIL_LINES = 6;

/** The steps under each other: how each stands, how long it took or has taken, and what there is to say of it. */
export function stepLines(
  { steps, outcome }: Pick<UpgradeDetail, 'steps' | 'outcome'>,
  { now, width }: { readonly now: number; readonly width: number },
): readonly LineParts[] {
  return [heading('STEPS', summary(steps)), ...steps.flatMap((step) => linesOf(step, outcome ?? '', now, width))];
}

function summary(steps: readonly UpgradeStep[]): string {
  // Skipped without a start: it was not come to any more.
  const done = steps.filter(
    ({ status, startedAt }) => status === 'success' || (status === 'skipped' && startedAt !== null),
  ).length;
  return `${done} of ${steps.length} done`;
}

function linesOf(step: UpgradeStep, outcome: string, now: number, width: number): readonly LineParts[] {
  const attempt = step.attempt > 1 ? `attempt ${step.attempt}` : '';
  // It is said in full at the top.
  const said = step.detail !== null && step.detail !== '' && outcome.includes(step.detail);
  const detail = [attempt, said ? 'see above' : cleanLine(step.detail ?? '')].filter(Boolean).join(': ');
  const [first = '', ...rest] = wrapLine(detail, width - INDENT).slice(0, MOST_DETAIL_LINES);
  const tone = step.status === 'failed' ? 'bad' : step.status === 'pending' && step.detail !== null ? 'warn' : 'muted';
  return [
    [
      ' ',
      stepParts(step.status),
      ` ${fit(step.name, NAME_WIDTH)} ${fit(took(step, now), TIME_WIDTH, 'right')}  `,
      { tone, text: first },
    ],
    ...rest.map((text): LineParts => [' '.repeat(INDENT), { tone, text }]),
  ];
}

/** Clocks of two machines differ: what began in the future began now. */
function took({ status, startedAt, finishedAt }: UpgradeStep, now: number): string {
  if (startedAt === null || status === 'pending') return '';
  if (finishedAt !== null) return formatStopwatch(finishedAt.getTime() - startedAt.getTime());
  return status === 'running' ? formatStopwatch(now - startedAt.getTime()) : '';
}
