import { cleanLine } from '../../../model/text.ts';
import type { TimeWindow } from '../../../telemetry/store.ts';
import { ago } from '../../format/age.ts';
import { outageText } from '../../format/outage.ts';
import { type ClockMode, formatTime } from '../../format/times.ts';
import { statusParts } from '../../format/upgrade-status.ts';
import { field, heading, type LineParts } from '../upgrade/parts.ts';
import { checkPairs } from './check-pairs.ts';
import { figureLines } from './figure-lines.ts';
import type { SpanName } from './spans.ts';
import type { ComparedFigures, ComparedUpgrade, ConfigurationDiff } from './state.ts';

export interface Comparison {
  readonly compared: ComparedUpgrade;
  readonly figures: ComparedFigures;
  readonly span: SpanName;
  readonly diff: ConfigurationDiff | null;
  readonly now: number;
  readonly width: number;
  readonly zone: ClockMode;
  /** True where single readings are only kept for two hours. */
  readonly byHours: boolean;
}

const RAW_MS = 2 * 3_600_000;

/** An upgrade before and after, from top to bottom. */
export function compareLines(comparison: Comparison): readonly LineParts[] {
  const { compared, now, width, diff } = comparison;
  const { upgrade, upgradeId, state, failed, readAt, checks } = compared;
  const outage: readonly LineParts[] = failed ? [[{ tone: 'bad', text: outageText(readAt, now) }]] : [];
  if (upgrade === null) {
    if (failed) return outage;
    return state === 'missing'
      ? [[{ tone: 'warn', text: `There is no upgrade ${upgradeId} in this organization. Esc goes back.` }]]
      : [[{ tone: 'muted', text: `Reading upgrade ${upgradeId} …` }]];
  }
  return [
    [
      { tone: 'title', text: cleanLine(upgrade.hostname) },
      `  ${cleanLine(upgrade.fromVersion)}`,
      { tone: 'muted', text: ' → ' },
      `${cleanLine(upgrade.toVersion)}   `,
      ...statusParts(upgrade.status, upgrade.wanted, upgrade.dryRun),
    ],
    ...outage,
    ...figurePart(comparison, upgrade.timeZone),
    [],
    ...checkPairs(checks, width),
    [],
    ...configurationLines(diff?.upgradeId === upgradeId ? diff : null),
  ];
}

function figurePart({ figures, span, now, width, zone, byHours }: Comparison, timeZone: string): readonly LineParts[] {
  const { spans, failed, readAt } = figures;
  const outage: readonly LineParts[] = failed
    ? [[{ tone: 'bad', text: `Telemetry does not answer${readAt === null ? '' : `: as of ${ago(now - readAt)}`}.` }]]
    : [];
  if (spans === null) return failed ? outage : [[{ tone: 'muted', text: 'Reading the figures … esc goes back' }]];
  if (typeof spans === 'string') return [...outage, [{ tone: 'info', text: spans }]];
  const { before, after } = spans;
  const words = (window: TimeWindow): string =>
    `${formatTime(window.start, zone, timeZone)} to ${formatTime(window.end, zone, timeZone).slice(11)}`;
  const shorter = after !== null && after.end - after.start < before.end - before.start;
  const rest = figures.interfaces.length / 3;
  return [
    ...outage,
    field('before', words(before), `  the ${span} before it was activated`),
    after === null
      ? field('after', 'not over yet', '  figures come when it is')
      : field('after', words(after), shorter ? '  as far as time has gone on' : `  the ${span} after it was over`),
    ...(byHours && before.start < now - RAW_MS
      ? [
          [
            {
              tone: 'muted',
              text: 'Older than 2 h this store keeps sums of whole hours, and nothing of interfaces.',
            } as const,
          ],
        ]
      : []),
    [],
    ...figureLines('FIGURES', '', figures.router, width),
    [],
    ...(figures.interfaceCount === 0
      ? [heading('INTERFACES', 'none sent anything in this time')]
      : figureLines(
          'INTERFACES',
          rest < figures.interfaceCount ? `the ${rest} busiest of ${figures.interfaceCount}` : '',
          figures.interfaces,
          width,
        )),
  ];
}

function configurationLines(diff: ConfigurationDiff | null): readonly LineParts[] {
  if (diff === null)
    return [heading('CONFIG', 'd shows what changed in the configuration; that you read it is in the audit trail')];
  if (diff.lines.length === 0) return [heading('CONFIG', 'is as it was')];
  return [
    heading('CONFIG', 'what changed; secrets are taken out'),
    ...diff.lines.map((line): LineParts => {
      const sign = line.slice(0, 1);
      return [
        { tone: sign === '+' ? 'good' : sign === '-' ? 'bad' : sign === '@' ? 'info' : 'muted', text: `  ${line}` },
      ];
    }),
  ];
}
