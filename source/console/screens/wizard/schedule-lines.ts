import type { Schedule } from '../../../model/schedule.ts';
import { fieldParts } from '../../components/field-parts.ts';
import { formatSchedule, formatStart } from '../../format/schedule.ts';
import type { ClockMode } from '../../format/times.ts';
import type { Part } from '../../text/parts.ts';
import type { Tone } from '../../theme/tones.ts';
import { wrapLine } from '../../text/wrap.ts';
import { includedRouters } from './plan.ts';
import { marked, planLines, radio } from './plan-lines.ts';
import { plannedStart, startOf, typedZone } from './schedule.ts';
import type { WizardForm } from './state.ts';

type LineParts = readonly Part[];

/** The choices in their order on the page. */
export const WHENS = ['now', 'at', 'window'] as const;

const INDENT = '      ';

/** Page 3: when it may start, how it is carried out, and the number of the change. */
export function scheduleLines(form: WizardForm, clock: ClockMode, now: Date, width: number): readonly LineParts[] {
  const choice = (when: WizardForm['when'], parts: readonly Part[]): LineParts => [
    form.when === when ? marked(form, 'when', ...(when === 'at' ? (['at'] as const) : [])) : '  ',
    radio(form.when === when),
    ...parts,
  ];
  const indented = (tone: Tone, text: string): LineParts[] =>
    wrapLine(text, width - INDENT.length - 1).map((line) => [INDENT, { tone, text: line }]);
  const start = plannedStart(form, clock, now);
  const window = startOf(form, { kind: 'window' }, now);
  return [
    [{ tone: 'title', text: 'When may it start?' }],
    [],
    choice('now', ['as soon as another operator has approved it']),
    choice('at', [
      'at ',
      ...fieldParts(form.at, { width: 18, focused: form.field === 'at', placeholder: 'YYYY-MM-DD HH:MM' }),
      { tone: 'muted', text: `  ${zoneNote(form, clock)}` },
    ]),
    ...(form.when === 'at' && !start.ok ? indented('bad', `✖ ${start.fault}`) : []),
    choice('window', ["in the policy's maintenance window"]),
    ...(window.ok
      ? rangeLines(form, window.starts, clock, now).flatMap((line) => indented('text', line))
      : indented(form.when === 'window' ? 'bad' : 'disabled', `✖ ${window.fault}`)),
    [],
    ...(start.ok ? rangeLines(form, start.starts, clock, now) : []).map((line, index): LineParts => [
      { tone: 'good', text: index === 0 ? '✔ ' : '  ' },
      form.mode === 'dry-run' && index === 0 ? 'for real: ' : form.mode === 'dry-run' ? '          ' : '',
      line,
    ]),
    [],
    ...planLines(form, width),
    [
      marked(form, 'change'),
      'change reference  ',
      ...fieldParts(form.changeReference, {
        width: 40,
        focused: form.field === 'change',
        placeholder: referenceNote(form),
      }),
    ],
  ];
}

/** The line that has the keys; the first one if none has. */
export function focusedLine(lines: readonly LineParts[]): number {
  const isMarked = ([first]: LineParts): boolean => typeof first === 'object' && first.text.startsWith('▌');
  return Math.max(0, lines.findIndex(isMarked));
}

function referenceNote({ data, mode }: WizardForm): string {
  if (data?.referenceRequired !== true) return 'may be empty';
  return mode === 'dry-run' ? 'may be empty; needed when it is for real' : 'needed';
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
