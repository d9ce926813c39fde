import type { PlanReport } from './plan-report.ts';
import { auditTable, reportMarkdown, table, text, time } from './upgrade-report-markdown.ts';

/** The report of a plan for people, as Markdown: what came of it, and then each of its upgrades with all that proves it. */
export function planReportMarkdown(report: PlanReport): string {
  const { upgrades, statuses, over, madeAt } = report;
  const counts = Object.entries(statuses).map(([status, count]) => `${count} ${status.replace('_', ' ')}`);
  const requested = upgrades.length === 1 ? '1 upgrade' : `${upgrades.length} upgrades`;
  return [
    `# Plan of ${requested}`,
    '',
    `Of the organization ${text(report.organization)}: **${counts.join(', ')}**`,
    ...(over ? [] : ['', `It is not over: this is as of ${time(madeAt)}.`]),
    ...waves(report),
    '',
    '## Upgrades',
    '',
    ...table(
      ['wave', 'upgrade', 'router', 'from', 'to', 'status', 'begun', 'over', 'outcome'],
      upgrades.map((upgrade) => [
        String(upgrade.wave),
        upgrade.upgrade,
        text(upgrade.router.hostname),
        text(upgrade.fromVersion),
        text(upgrade.toVersion),
        upgrade.status.replace('_', ' '),
        upgrade.startedAt === null ? '' : time(upgrade.startedAt),
        upgrade.finishedAt === null ? '' : time(upgrade.finishedAt),
        text(upgrade.outcome ?? ''),
      ]),
    ),
    ...(report.audit.length === 0 ? [] : ['', '## Audit trail of the plan', '', ...auditTable(report.audit)]),
    ...upgrades.flatMap((upgrade) => ['', lowered(reportMarkdown(upgrade))]),
  ].join('\n');
}

function waves({ plan }: PlanReport): readonly string[] {
  if (plan === null) return ['', 'It was requested without waves.'];
  const { pauseMinutes, successRate, stopAfter, approveWaves, state, reason, counts } = plan;
  return [
    '',
    `${plan.waves} waves, ${state}${reason === null ? '' : `: ${text(reason)}`}`,
    '',
    '## Waves',
    '',
    [
      `The next wave opens ${pauseMinutes} min after one in which ${successRate}% succeeded`,
      ...(approveWaves ? [', and that somebody approved'] : []),
      ...(stopAfter === null ? [] : [`; nothing more begins after ${stopAfter} failed`]),
    ].join('') + '.',
    '',
    ...table(
      ['wave', 'upgrades', 'succeeded', 'failed', 'not over'],
      counts.map((wave) => [wave.wave, wave.total, wave.succeeded, wave.failed, wave.open].map(String)),
    ),
  ];
}

/** Its headings one level deeper, since it is a part of another document. No line of it begins with `#` but those. */
function lowered(markdown: string): string {
  return markdown.replaceAll(/^#/gmu, '##');
}
