import type { PolicyCandidate } from '../../../model/policy.ts';
import type { InterfaceReading } from '../../../model/telemetry.ts';
import type { Upgrade } from '../../../model/upgrade.ts';
import { describeWindow } from '../../../model/weekly-window.ts';
import { formatAge } from '../../format/age.ts';
import { formatBitRate, formatCount } from '../../format/numbers.ts';
import { type ClockMode, formatTime } from '../../format/times.ts';
import { statusParts } from '../../format/upgrade-status.ts';
import type { Part } from '../../text/parts.ts';
import { fit } from '../../text/width.ts';
import { gateLine } from '../upgrade/lines.ts';
import type { RouterReadings, RouterRecord } from './state.ts';

type LineParts = readonly Part[];

/** The lower part of the screen: policy and why, gates, interfaces, history, audit. */
export function routerLines(
  record: RouterRecord,
  readings: RouterReadings,
  options: { readonly zone: ClockMode; readonly now: number },
): readonly LineParts[] {
  const timeZone = record.router?.timeZone ?? 'UTC';
  const time = (at: Date): string => formatTime(at, options.zone, timeZone);
  return [
    ...policyLines(record.candidates),
    [],
    heading('GATES', readings.decision === null ? 'no reading yet' : 'over the last 2 h, for the target version'),
    ...(readings.decision?.gates ?? []).map((gate) => gateLine(gate)),
    [],
    heading('INTERFACES', readings.interfaces.length === 0 ? 'no reading in the last 2 h' : ''),
    ...readings.interfaces.map((reading) => interfaceLine(reading, options.now)),
    [],
    heading('HISTORY', record.upgrades.length === 0 ? 'no upgrade yet' : ''),
    ...record.upgrades.map((upgrade) => upgradeLine(upgrade, time)),
    [],
    heading('AUDIT', record.audit.length === 0 ? 'nothing yet' : ''),
    ...record.audit.map((event): LineParts => [
      ` ${time(event.timestamp)}  `,
      { tone: 'accent', text: fit(event.action, 18) },
      ` ${event.actor} (${event.role})`,
      { tone: 'muted', text: event.reason === null || event.reason === '' ? '' : `  “${event.reason}”` },
    ]),
  ];
}

function heading(title: string, note: string): LineParts {
  return [
    { tone: 'header', text: fit(title, 11) },
    { tone: 'muted', text: note },
  ];
}

/** The policy that applies and why. The others are on the explain screen. */
function policyLines(candidates: readonly PolicyCandidate[]): readonly LineParts[] {
  const chosen = candidates.find(({ outcome }) => outcome === 'override' || outcome === 'wins');
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
    ` ${fit(reading.name, 24)} in ${fit(formatBitRate(reading.inBytesPerSecond), 9, 'right')}  out ${fit(formatBitRate(reading.outBytesPerSecond), 9, 'right')}  `,
    { tone: reading.errors > 0 ? 'warn' : 'muted', text: `${formatCount(reading.errors)} errors` },
    { tone: 'muted', text: age < 180_000 ? '' : `  ${formatAge(age)} old` },
  ];
}

function upgradeLine(upgrade: Upgrade, time: (at: Date) => string): LineParts {
  return [
    ` ${time(upgrade.requestedAt)}  `,
    { tone: 'muted', text: fit(`#${upgrade.id}`, 7) },
    `${upgrade.fromVersion} → ${upgrade.toVersion}  `,
    ...statusParts(upgrade.status),
    {
      tone: 'muted',
      text: upgrade.closeReason === null || upgrade.closeReason === '' ? '' : `  “${upgrade.closeReason}”`,
    },
  ];
}
