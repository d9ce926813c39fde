import type { MadeDecision } from '../../model/agent.ts';
import { type Decision, failingGates, type Gate, type Verdict } from '../../model/gate.ts';
import { cleanLine } from '../../model/text.ts';
import { wrapLine } from '../text/wrap.ts';
import type { Part } from '../text/parts.ts';
import type { Tone } from '../theme/tones.ts';
import { ago } from './age.ts';
import { type ClockMode, formatClock, formatTime } from './times.ts';

type LineParts = readonly Part[];
type Evidence = Decision['evidence'];

const INDENT = '   ';

const VERDICTS = {
  approve: ['good', '✔ APPROVE'],
  defer: ['warn', '◌ DEFER'],
  reject: ['bad', '✖ REJECT'],
} as const satisfies Record<Verdict, readonly [Tone, string]>;

export function verdictPart(verdict: Verdict): Part {
  const [tone, text] = VERDICTS[verdict];
  return { tone, text };
}

/** A decision that was made: what, when, by whom, what stood in the way, and what a model said of it. */
export function madeDecisionLines(made: MadeDecision, now: number, width: number): readonly LineParts[] {
  const { verdict, decidedAt, by, source, toVersion, policy, upgradeId, id } = made;
  const about = [
    toVersion === null ? 'no image' : `to ${toVersion}`,
    ...(policy === null ? ['no policy'] : [`policy #${policy.id} version ${policy.version}`]),
    ...(upgradeId === null ? [] : [`upgrade ${upgradeId}`]),
  ].join(' · ');
  const notKept: LineParts = id === null ? [{ tone: 'warn', text: '  not kept: read-only' }] : [];
  return [
    [
      ' ',
      verdictPart(verdict),
      `  ${ago(now - decidedAt.getTime())} by ${by} (${source})`,
      ...notKept,
      { tone: 'muted', text: `   ${about}` },
    ],
    ...failingGates(made.gates).flatMap((gate) =>
      wrapped(`${gate.title}: ${gate.actual}, must be ${gate.expected}`, 'muted', width),
    ),
    ...adviceLines(made.advice, width),
  ];
}

/** What a model said, as its words and nobody else's; or why the gates alone decided. */
export function adviceLines(advice: MadeDecision['advice'], width: number): readonly LineParts[] {
  if (advice === null) return [];
  const { model, verdict, reasons, fallback } = advice;
  if (verdict === null) {
    return wrapped(
      `the model ${model} was not heard, so the gates alone decided: ${fallback ?? 'no reason'}`,
      'warn',
      width,
    );
  }
  const says = verdict === 'defer' ? 'DEFER' : 'no objection';
  return [
    ...wrapped(`says the model ${model}: ${says}`, verdict === 'defer' ? 'warn' : 'text', width),
    ...reasons.flatMap((reason) => wrapped(`“${cleanLine(reason)}”`, 'muted', width, `${INDENT}  `)),
  ];
}

/** The window that the figures are from: `12:04–14:04 UTC`. */
export function evidenceWords({ start, end }: Evidence, zone: ClockMode, timeZone: string): string {
  const [from] = formatClock(start, zone, timeZone).split(' ');
  return `${from ?? ''}–${formatClock(end, zone, timeZone)}`;
}

/** Where a gate looked further back than the figures do: `since 2026-11-17 14:04 UTC`. Empty for those that looked at the window, or at what is so now. */
export function spanWords({ span }: Gate, { start }: Evidence, zone: ClockMode, timeZone: string): string {
  if (span === undefined || span.start === span.end) return '';
  const from = Date.parse(span.start);
  return from === start.getTime() ? '' : `since ${formatTime(from, zone, timeZone)}`;
}

function wrapped(text: string, tone: Tone, width: number, indent = INDENT): readonly LineParts[] {
  return wrapLine(cleanLine(text), Math.max(20, width - indent.length)).map((line): LineParts => [
    indent,
    { tone, text: line },
  ]);
}
