import type { Schedule } from '../../../model/schedule.ts';
import { fieldParts } from '../../components/field-parts.ts';
import { formatSchedule, formatStart } from '../../format/schedule.ts';
import type { ClockMode } from '../../format/times.ts';
import type { Part } from '../../text/parts.ts';
import type { Tone } from '../../theme/tones.ts';
import { wrapLine } from '../../text/wrap.ts';
import { includedRouters } from './plan.ts';
import { plannedStart, startOf, typedZone } from './schedule.ts';
import type { WizardForm } from './state.ts';

type LineParts = readonly Part[];

/** The choices in their order on the page. */
export const WHENS = ['now', 'at', 'window'] as const;

const INDENT = '      ';

/** Page 3: when it may start, and the number of the change. */
export function scheduleLines(form: WizardForm, clock: ClockMode, now: Date, width: number): readonly LineParts[] {
  const radio = (when: WizardForm['when'], parts: readonly Part[]): LineParts => [
    form.field === 'when' && form.when === when ? { tone: 'accent', text: '▌ ' } : '  ',
    form.when === when ? { tone: 'accent', text: '(•) ' } : '( ) ',
    ...parts,
  ];
  const indented = (tone: Tone, text: string): LineParts[] =>
    wrapLine(text, width - INDENT.length - 1).map((line) => [INDENT, { tone, text: line }]);
  const start = plannedStart(form, clock, now);
  const window = startOf(form, { kind: 'window' }, now);
  return [
    [{ tone: 'title', text: 'When may it start?' }],
    [],
    radio('now', ['as soon as another operator has approved it']),
    radio('at', [
      'at ',
      ...fieldParts(form.at, { width: 18, focused: form.field === 'at', placeholder: 'YYYY-MM-DD HH:MM' }),
      { tone: 'muted', text: `  ${zoneNote(form, clock)}` },
    ]),
    ...(form.when === 'at' && !start.ok ? indented('bad', `✖ ${start.fault}`) : []),
    radio('window', ["in the policy's maintenance window"]),
    ...(window.ok
      ? rangeLines(form, window.starts, clock, now).flatMap((line) => indented('text', line))
      : indented(form.when === 'window' ? 'bad' : 'disabled', `✖ ${window.fault}`)),
    [],
    ...(start.ok ? rangeLines(form, start.starts, clock, now) : []).map((line, index): LineParts => [
      { tone: 'good', text: index === 0 ? '✔ ' : '  ' },
      line,
    ]),
    [],
    [
      form.field === 'change' ? { tone: 'accent', text: '▌ ' } : '  ',
      'change reference  ',
      ...fieldParts(form.changeReference, { width: 40, focused: form.field === 'change', placeholder: 'may be empty' }),
    ],
  ];
}

function zoneNote(form: WizardForm, clock: ClockMode): string {
  const zone = `${typedZone(form, clock)} time`;
  return form.field === 'when' ? `${zone}; z: ${clock === 'utc' ? "the site's" : 'UTC'}` : zone;
}

/** One start in one line, or the first and the last of several in two. */
export function rangeLines(
  form: WizardForm,
  starts: ReadonlyMap<string, Schedule>,
  clock: ClockMode,
  now: Date,
): readonly string[] {
  const all = includedRouters(form)
    .flatMap((router) => {
      const schedule = starts.get(router.id);
      return schedule === undefined ? [] : [{ router, schedule }];
    })
    .toSorted((a, b) => startTime(a.schedule) - startTime(b.schedule));
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return [];
  const words = ({ router, schedule }: typeof first): string => {
    const left = formatStart(schedule, now.getTime());
    return `${formatSchedule(schedule, clock, router.timeZone)}${left === '' ? '' : ` (${left})`}`;
  };
  if (startTime(first.schedule) === startTime(last.schedule)) return [words(first)];
  return [`from ${words(first)}`, `to   ${words(last)}`];
}

function startTime(schedule: Schedule): number {
  if (schedule.kind === 'now') return 0;
  return (schedule.kind === 'at' ? schedule.at : schedule.opensAt).getTime();
}
