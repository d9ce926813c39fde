import type { AuditEvent } from '../../../model/audit.ts';
import type { Gate } from '../../../model/gate.ts';
import { cleanLine } from '../../../model/text.ts';
import type { UpgradeDetail, UpgradeStep } from '../../../model/upgrade.ts';
import { formatSpan } from '../../format/age.ts';
import { formatBytes } from '../../format/numbers.ts';
import { formatSchedule, formatStart } from '../../format/schedule.ts';
import { type ClockMode, formatTime } from '../../format/times.ts';
import { statusParts, stepParts } from '../../format/upgrade-status.ts';
import { displayWidth, fit } from '../../text/width.ts';
import type { Part } from '../../text/parts.ts';

/** A line of the screen. */
export type LineParts = readonly Part[];

const LABEL_WIDTH = 11;
const ACTUAL_WIDTH = 12;
/** `20.4R3-S9 → 22.4R3-S2`, and longer versions. */
const WIDEST_ACTUAL = 28;

/** One upgrade, from what it is about down to who did what. */
export function upgradeLines(
  upgrade: UpgradeDetail,
  audit: readonly AuditEvent[],
  options: { readonly zone: ClockMode; readonly now: number },
): readonly LineParts[] {
  const time = (at: Date): string => formatTime(at, options.zone, upgrade.timeZone);
  const start = formatStart(upgrade.schedule, options.now);
  return [
    [
      { tone: 'title', text: upgrade.hostname },
      `  ${upgrade.fromVersion}`,
      { tone: 'muted', text: ' → ' },
      `${upgrade.toVersion}   `,
      ...statusParts(upgrade.status),
    ],
    ...statusNote(upgrade),
    [],
    field(
      'start',
      formatSchedule(upgrade.schedule, options.zone, upgrade.timeZone),
      start === '' ? '' : `  (${start})`,
    ),
    field('image', upgrade.image.fileName, `  ${formatBytes(upgrade.image.sizeBytes)}`),
    field('sha256', upgrade.image.sha256),
    field('requested', `${upgrade.requestedBy}, ${time(upgrade.requestedAt)}`),
    ...(upgrade.approvedBy === null || upgrade.approvedAt === null
      ? []
      : [field('approved', `${upgrade.approvedBy}, ${time(upgrade.approvedAt)}`)]),
    ...(upgrade.closedBy === null || upgrade.closedAt === null
      ? []
      : [field(upgrade.status, `${upgrade.closedBy}, ${time(upgrade.closedAt)}`, reasonOf(upgrade.closeReason))]),
    ...(upgrade.changeReference === null ? [] : [field('change', upgrade.changeReference)]),
    [],
    ...stepsAndGates(upgrade),
    [],
    heading('AUDIT', ''),
    ...audit.map((event) => auditLine(event, time)),
  ];
}

/** Before it begins, what matters is why it may; afterwards, how far it is. */
function stepsAndGates({ steps, gates }: UpgradeDetail): readonly LineParts[] {
  const stepLines = [heading('STEPS', stepSummary(steps)), ...steps.map((step) => stepLine(step))];
  const allGates = [heading('GATES', 'as they were when it was requested'), ...gateLines(gates)];
  const begun = steps.some(({ status }) => status !== 'pending');
  return begun ? [...stepLines, [], ...allGates] : [...allGates, [], ...stepLines];
}

function statusNote(upgrade: UpgradeDetail): readonly LineParts[] {
  if (upgrade.status !== 'approved' && upgrade.status !== 'scheduled') return [];
  return [[{ tone: 'warn', text: 'No worker is connected: it stays approved, and nothing is started.' }]];
}

function field(label: string, value: string, after = ''): LineParts {
  return [{ tone: 'muted', text: fit(label, LABEL_WIDTH) }, value, { tone: 'muted', text: after }];
}

/** The title of a part of the screen, and a word on the part as a whole. */
export function heading(title: string, note: string): LineParts {
  return [
    { tone: 'header', text: fit(title, LABEL_WIDTH) },
    { tone: 'muted', text: note },
  ];
}

/** A reason that somebody gave, in quotes, to stand behind what they did. */
export function reasonOf(reason: string | null): string {
  return reason === null || reason === '' ? '' : `  “${reason}”`;
}

function stepSummary(steps: readonly UpgradeStep[]): string {
  const done = steps.filter(({ status }) => status === 'success' || status === 'skipped').length;
  return `${done} of ${steps.length} done`;
}

function stepLine(step: UpgradeStep): LineParts {
  const { startedAt, finishedAt } = step;
  const took = startedAt === null || finishedAt === null ? '' : formatSpan(finishedAt.getTime() - startedAt.getTime());
  return [
    ' ',
    stepParts(step.status),
    ` ${fit(step.name, 16)}${fit(took, 9, 'right')}  `,
    { tone: 'muted', text: step.detail ?? '' },
  ];
}

/** Gates under each other, with as much room for the figures as the longest one needs, and what to do in a line of its own. */
export function gateLines(gates: readonly Gate[]): readonly LineParts[] {
  const longest = Math.max(ACTUAL_WIDTH, ...gates.map(({ actual }) => displayWidth(cleanLine(actual))));
  const width = Math.min(WIDEST_ACTUAL, longest);
  return gates.flatMap((gate): LineParts[] => [
    gateLine(gate, width),
    ...(gate.advice === '' ? [] : [[{ tone: 'warn', text: `     ${gate.advice}` } as const]]),
  ]);
}

/** What was found and what must hold; the advice is not part of it. */
export function gateLine(gate: Gate, actualWidth: number): LineParts {
  const glyphs = { pass: ['good', '✔'], fail: ['bad', '✖'], unknown: ['warn', '?'] } as const;
  const [tone, glyph] = glyphs[gate.result];
  return [
    ' ',
    { tone, text: glyph },
    ` ${fit(gate.title, 26)} ${fit(gate.actual, actualWidth, 'right')}`,
    { tone: 'muted', text: `  must be ${gate.expected}` },
  ];
}

function auditLine(event: AuditEvent, time: (at: Date) => string): LineParts {
  return [
    ` ${time(event.timestamp)}  `,
    { tone: 'accent', text: fit(event.action, 18) },
    ` ${event.actor} (${event.role})`,
    { tone: 'muted', text: ` by ${event.source}${reasonOf(event.reason)}` },
  ];
}
