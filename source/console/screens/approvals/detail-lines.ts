import { failingGates } from '../../../model/gate.ts';
import type { PendingUpgrade } from '../../../postgres/approval-inbox.ts';
import { ago } from '../../format/age.ts';
import { formatBytes } from '../../format/numbers.ts';
import { countsOf, countWords, stateWords } from '../../format/plan-words.ts';
import { formatSchedule, formatStart } from '../../format/schedule.ts';
import type { ClockMode } from '../../format/times.ts';
import type { Part } from '../../text/parts.ts';
import { gateLines } from '../upgrade/gate-lines.ts';
import type { InboxRow } from './rows.ts';

type Line = readonly Part[];

/** What an approver has to know of the chosen one: what changes, when, who asked, and the gates that speak against it first. */
export function detailLines(row: InboxRow, zone: ClockMode, now: number): readonly Line[] {
  const refused: readonly Line[] =
    row.whyNot === null ? [] : [[{ tone: 'warn', text: ` You cannot approve it: ${row.whyNot}.` }]];
  if (row.kind === 'plan') {
    const { plan, requestedBy } = row.pending;
    const { tone, text } = stateWords(plan, now);
    return [
      ...refused,
      [' ', { tone, text: `${text}.` }],
      [` ${countWords(countsOf(plan.counts))} · asked by ${requestedBy}`],
    ];
  }
  return [...refused, ...upgradeLines(row.upgrade, zone, now)];
}

function upgradeLines(upgrade: PendingUpgrade, zone: ClockMode, now: number): readonly Line[] {
  const { image, gates, schedule, plan, changeReference, policyName } = upgrade;
  const start = formatStart(schedule, now);
  const failing = failingGates(gates);
  return [
    [
      { tone: 'title', text: ` ${upgrade.hostname}` },
      `  ${upgrade.fromVersion} → ${upgrade.toVersion}`,
      { tone: 'muted', text: upgrade.dryRun ? '   dry-run' : '' },
    ],
    [
      label('image'),
      `${image.fileName}, ${formatBytes(image.sizeBytes)}`,
      { tone: 'muted', text: `  sha256 ${image.sha256.slice(0, 16)}…` },
    ],
    [label('start'), `${formatSchedule(schedule, zone, upgrade.timeZone)}${start === '' ? '' : ` (${start})`}`],
    [
      label('asked'),
      `by ${upgrade.requestedBy} ${ago(now - upgrade.requestedAt.getTime())}`,
      { tone: 'muted', text: changeReference === null ? '  no change reference' : '' },
      changeReference === null ? '' : `  ${changeReference}`,
      plan === null ? '' : `  wave ${plan.wave} of ${plan.waves}`,
    ],
    [
      label('gates'),
      failing.length === 0
        ? { tone: 'good', text: `✔ all ${gates.length} passed when it was asked for` }
        : { tone: 'bad', text: `✖ ${failing.length} of ${gates.length} did not pass when it was asked for` },
      { tone: 'muted', text: policyName === null ? '' : `  policy “${policyName}”` },
    ],
    ...gateLines([...failing, ...gates.filter(({ result }) => result === 'pass')]),
  ];
}

function label(text: string): Part {
  return { tone: 'muted', text: ` ${text.padEnd(6)}` };
}
