import type { Schedule } from '../../../model/schedule.ts';
import { fieldParts } from '../../components/field-parts.ts';
import { formatSchedule, formatStart } from '../../format/schedule.ts';
import type { ClockMode } from '../../format/times.ts';
import type { Part } from '../../text/parts.ts';
import { includedRouters } from './plan.ts';
import { plannedStart, startOf, typedZone } from './schedule.ts';
import type { WizardForm } from './state.ts';

type LineParts = readonly Part[];

/** The choices in their order on the page. */
export const WHENS = ['now', 'at', 'window'] as const;

/** Page 3: when it may start, and the number of the change. */
export function scheduleLines(form: WizardForm, clock: ClockMode, now: Date): readonly LineParts[] {
  const radio = (when: WizardForm['when'], parts: readonly Part[]): LineParts => [
    form.field === 'when' && form.when === when ? { tone: 'accent', text: '▌ ' } : '  ',
    form.when === when ? { tone: 'accent', text: '(•) ' } : '( ) ',
    ...parts,
  ];
  const start = plannedStart(form, clock, now);
  return [
    [{ tone: 'title', text: 'When may it start?' }],
    [],
    radio('now', ['as soon as another operator has approved it']),
    radio('at', [
      'at ',
      ...fieldParts(form.at, { width: 18, focused: form.field === 'at', placeholder: 'YYYY-MM-DD HH:MM' }),
      { tone: 'muted', text: `  ${typedZone(form, clock)} time; z changes between UTC and the site's` },
    ]),
    radio('window', ["in the policy's maintenance window: ", windowPart(form, clock, now)]),
    [],
    start.ok ? startLine(form, start.starts, clock, now) : [{ tone: 'bad', text: `✖ ${start.fault}` }],
    [],
    [
      form.field === 'change' ? { tone: 'accent', text: '▌ ' } : '  ',
      'change reference  ',
      ...fieldParts(form.changeReference, { width: 40, focused: form.field === 'change', placeholder: 'may be empty' }),
    ],
  ];
}

function windowPart(form: WizardForm, clock: ClockMode, now: Date): Part {
  const start = startOf(form, { kind: 'window' }, now);
  return start.ok
    ? { tone: 'text', text: rangeText(form, start.starts, clock, now) }
    : { tone: 'disabled', text: start.fault };
}

function startLine(form: WizardForm, starts: ReadonlyMap<string, Schedule>, clock: ClockMode, now: Date): LineParts {
  return [{ tone: 'good', text: `✔ ${rangeText(form, starts, clock, now)}` }];
}

/** One start, or the first and the last of several. */
export function rangeText(
  form: WizardForm,
  starts: ReadonlyMap<string, Schedule>,
  clock: ClockMode,
  now: Date,
): string {
  const all = includedRouters(form)
    .flatMap((router) => {
      const schedule = starts.get(router.id);
      return schedule === undefined ? [] : [{ router, schedule }];
    })
    .toSorted((a, b) => startTime(a.schedule) - startTime(b.schedule));
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return '';
  const words = ({ router, schedule }: typeof first): string => {
    const left = formatStart(schedule, now.getTime());
    return `${formatSchedule(schedule, clock, router.timeZone)}${left === '' ? '' : ` (${left})`}`;
  };
  return startTime(first.schedule) === startTime(last.schedule) ? words(first) : `${words(first)} to ${words(last)}`;
}

function startTime(schedule: Schedule): number {
  if (schedule.kind === 'now') return 0;
  return (schedule.kind === 'at' ? schedule.at : schedule.opensAt).getTime();
}
