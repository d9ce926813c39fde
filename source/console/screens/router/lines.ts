import type { InterfaceReading } from '../../../model/telemetry.ts';
import type { Upgrade } from '../../../model/upgrade.ts';
import { describeWindow } from '../../../model/weekly-window.ts';
import { evidenceWords, madeDecisionLines, spanWords } from '../../format/decision-lines.ts';
import { formatAge } from '../../format/age.ts';
import { formatBitRate, plural } from '../../format/numbers.ts';
import { type ClockMode, formatTime } from '../../format/times.ts';
import { statusParts } from '../../format/upgrade-status.ts';
import { type Deciding, decidingWords } from '../../loaders/deciding.ts';
import type { Part } from '../../text/parts.ts';
import { fit } from '../../text/width.ts';
import { gateLines } from '../upgrade/gate-lines.ts';
import { heading, type LineParts, reasonOf } from '../upgrade/parts.ts';
import { sensorLines } from './sensor-lines.ts';
import { policyOf, type RouterJudgement, type RouterMade, type RouterReadings, type RouterRecord } from './state.ts';

/** What the screen knows. */
export interface RouterParts {
  readonly record: RouterRecord;
  readonly readings: RouterReadings;
  readonly judgement: RouterJudgement;
  readonly made: RouterMade;
  /** What is being decided now, if anything is. */
  readonly deciding: Deciding | null;
}

/** The lower part of the screen: policy and why, gates, the last decision, interfaces, history, audit. */
export function routerLines(
  { record, readings, judgement, made, deciding }: RouterParts,
  options: { readonly zone: ClockMode; readonly now: number; readonly width: number },
): readonly LineParts[] {
  const timeZone = record.router?.timeZone ?? 'UTC';
  const time = (at: Date): string => formatTime(at, options.zone, timeZone);
  // Nothing is called empty before it was read.
  const unread = record.state === 'reading' ? (record.failed ? 'PostgreSQL does not answer' : 'reading …') : null;
  return [
    ...(unread === null ? policyLines(record) : [heading('POLICY', unread)]),
    [],
    heading('GATES', gatesNote(judgement, options.zone, timeZone)),
    ...gateLines(judgement.decision?.gates ?? [], (gate) =>
      judgement.decision === null ? '' : spanWords(gate, judgement.decision.evidence, options.zone, timeZone),
    ),
    ...decisionLines({ made, deciding }, options),
    [],
    heading('INTERFACES', readings.interfaces.length > 0 ? '' : (unreadNote(readings) ?? 'no reading in the last 2 h')),
    ...readings.interfaces.map((reading) => interfaceLine(reading, options.now)),
    ...sensorLines(readings.sensors, options.now),
    [],
    heading('HISTORY', unread ?? (record.upgrades.length === 0 ? 'no upgrade yet' : '')),
    ...record.upgrades.map((upgrade) => upgradeLine(upgrade, time)),
    [],
    heading('AUDIT', unread ?? (record.audit.length === 0 ? 'nothing yet' : '')),
    ...record.audit.map((event): LineParts => [
      ` ${time(event.timestamp)}  `,
      { tone: 'accent', text: fit(event.action, 18) },
      ` ${event.actor} (${event.role})`,
      { tone: 'muted', text: reasonOf(event.reason) },
    ]),
  ];
}

/** Why there are no readings; null if there are, or really none. */
export function unreadNote({ readAt, failed }: Pick<RouterReadings, 'readAt' | 'failed'>): string | null {
  if (readAt !== null) return null;
  return failed ? 'telemetry does not answer' : 'reading …';
}

function gatesNote({ decision, failed }: RouterJudgement, zone: ClockMode, timeZone: string): string {
  if (decision !== null) {
    return `figures of ${evidenceWords(decision.evidence, zone, timeZone)}, for the target version`;
  }
  return failed ? 'a database does not answer' : 'asking …';
}

/** The last decision that was made for the record, and the one that is being made; nothing while there is none. */
function decisionLines(
  { made: { made }, deciding }: Pick<RouterParts, 'made' | 'deciding'>,
  { now, width }: { readonly now: number; readonly width: number },
): readonly LineParts[] {
  if (made === null && deciding === null) return [];
  const note = deciding === null ? 'the last one for the record' : decidingWords(deciding);
  return [[], heading('DECISION', note), ...(made === null ? [] : madeDecisionLines(made, now, width))];
}

/** The policy that applies and why. The others are on the explain screen. */
function policyLines(record: RouterRecord): readonly LineParts[] {
  const chosen = policyOf(record);
  if (chosen === undefined) return [heading('POLICY', 'none applies: nothing is upgraded without one; e explains')];
  const { policy, reason } = chosen;
  const window = policy.window === null ? 'no maintenance window' : `window ${describeWindow(policy.window)}`;
  return [
    [
      { tone: 'header', text: fit('POLICY', 11) },
      { tone: 'title', text: `#${policy.id} ${policy.name}` },
      { tone: 'muted', text: `   ${reason}` },
    ],
    [
      ' '.repeat(11),
      `CPU ≤ ${policy.maxCpuPercent}%  memory ≥ ${policy.minFreeMemPercent}%  critical errors ≤ ${policy.maxCriticalErrors}  `,
      { tone: 'muted', text: window },
    ],
  ];
}

function interfaceLine(reading: InterfaceReading, now: number): LineParts {
  const state: Part = reading.operUp
    ? { tone: 'good', text: '▲ up  ' }
    : reading.adminUp
      ? { tone: 'bad', text: '▼ down' }
      : { tone: 'muted', text: '– off ' };
  const age = now - reading.at;
  return [
    ' ',
    state,
    ` ${fit(reading.name, 24)} in ${rateText(reading.inBytesPerSecond)}  out ${rateText(reading.outBytesPerSecond)}  `,
    reading.errors === null
      ? { tone: 'muted', text: '? errors' }
      : { tone: reading.errors > 0 ? 'warn' : 'muted', text: plural(reading.errors, 'error') },
    { tone: 'muted', text: age < 180_000 ? '' : `  ${formatAge(age)} old` },
  ];
}

/** `?` where there is no rate: at the first reading, and after a gap. */
function rateText(bytesPerSecond: number | null): string {
  return fit(bytesPerSecond === null ? '?' : formatBitRate(bytesPerSecond), 9, 'right');
}

function upgradeLine(upgrade: Upgrade, time: (at: Date) => string): LineParts {
  return [
    ` ${time(upgrade.requestedAt)}  `,
    { tone: 'muted', text: fit(`#${upgrade.id}`, 7) },
    `${upgrade.fromVersion} → ${upgrade.toVersion}  `,
    ...statusParts(upgrade.status, null, upgrade.dryRun),
    {
      tone: 'muted',
      text: reasonOf(upgrade.closeReason),
    },
  ];
}
