import type { Schedule } from './schedule.ts';
import { cleanLine } from './text.ts';
import { cleanJson, type UpgradeReport } from './upgrade-report.ts';

const PHASES = {
  pre: 'Checks before it began',
  gate: 'Gates right before the device was to go down',
  post: 'Checks afterwards',
} as const;

/** The report for people, as Markdown that says the same wherever it is shown: what was read is cleaned and escaped. */
export function reportMarkdown(report: UpgradeReport): string {
  const { upgrade, router, outcome, over, madeAt } = report;
  return [
    `# ${report.dryRun ? 'Dry-run' : 'Upgrade'} ${upgrade} of ${text(router.hostname)}`,
    '',
    `${text(report.fromVersion)} to ${text(report.toVersion)}: **${report.status.replace('_', ' ')}**`,
    ...(report.dryRun ? ['', 'This was a dry-run: the device was not changed, and needed nobody to approve it.'] : []),
    ...(outcome === null ? [] : ['', `> ${text(outcome)}`]),
    ...(over ? [] : ['', `It is not over: this is as of ${time(madeAt)}.`]),
    '',
    ...facts(report),
    ...steps(report),
    ...gates(report),
    ...checks(report),
    ...evidence(report),
    ...audit(report),
    '',
    `Made by netup-tui, ${time(madeAt)}. Times are UTC.`,
  ].join('\n');
}

function facts(report: UpgradeReport): readonly string[] {
  const { image, router, people, startedAt, finishedAt, changeReference, policy, configurations } = report;
  return table(
    ['what', ''],
    [
      ['organization', text(report.organization)],
      ...(router.site === null ? [] : [['site', text(router.site)]]),
      ['image', text(image.fileName)],
      ['size', `${image.sizeBytes} bytes`],
      ['sha256', text(image.sha256)],
      ...(changeReference === null ? [] : [['change', text(changeReference)]]),
      ...(policy === null ? [] : [['policy', text(policy)]]),
      ['start', start(report)],
      ...people.map(({ did, name, at, reason }) => {
        return [did, `${text(name)}, ${time(at)}${reason === null || reason === '' ? '' : `: ${text(reason)}`}`];
      }),
      ...(startedAt === null ? [] : [['begun', time(startedAt)]]),
      ...(finishedAt === null ? [] : [['over', `${time(finishedAt)}${after(report.seconds)}`]]),
      ...configurations.map(({ moment, takenAt }) => [`configuration ${text(moment)}`, `kept, ${time(takenAt)}`]),
    ],
  );
}

function start({ dryRun, schedule }: UpgradeReport): string {
  if (dryRun) return `at once; for real ${startOf(schedule)}`;
  return startOf(schedule);
}

function startOf(schedule: Schedule): string {
  if (schedule.kind === 'now') return 'as soon as approved';
  if (schedule.kind === 'at') return time(schedule.at);
  return `window ${time(schedule.opensAt)} to ${time(schedule.closesAt)}`;
}

function steps({ steps: all }: UpgradeReport): readonly string[] {
  return [
    '',
    '## Steps',
    '',
    ...table(
      ['', 'step', 'status', 'attempts', 'begun', 'seconds', 'what'],
      all.map(({ position, name, status, attempts, startedAt, seconds, detail }) => [
        String(position),
        name,
        status.replace('_', ' '),
        String(attempts),
        startedAt === null ? '' : time(startedAt),
        seconds === null ? '' : seconds.toFixed(1),
        text(detail ?? ''),
      ]),
    ),
  ];
}

function gates({ gates: all }: UpgradeReport): readonly string[] {
  return [
    '',
    '## Gates when it was requested',
    '',
    ...table(
      ['gate', 'result', 'expected', 'actual', 'what to do'],
      all.map((gate) => [text(gate.title), gate.result, text(gate.expected), text(gate.actual), text(gate.advice)]),
    ),
  ];
}

function checks({ checks: all }: UpgradeReport): readonly string[] {
  return (['pre', 'gate', 'post'] as const).flatMap((phase) => {
    const own = all.filter((check) => check.phase === phase);
    if (own.length === 0) return [];
    const rows = own.map(({ name, status, expected, actual, action }) => [name, status, expected, actual, action]);
    return [
      '',
      `## ${PHASES[phase]}`,
      '',
      ...table(
        ['check', 'status', 'expected', 'actual', 'what to do'],
        rows.map((row) => row.map((cell) => text(cell))),
      ),
    ];
  });
}

function evidence({ steps: all }: UpgradeReport): readonly string[] {
  const found = all.filter((step) => step.evidence !== null);
  if (found.length === 0) return [];
  return [
    '',
    '## Evidence',
    ...found.flatMap((step) => ['', `What \`${step.name}\` found:`, '', '```json', cleanJson(step.evidence), '```']),
  ];
}

function audit({ audit: all }: UpgradeReport): readonly string[] {
  return ['', '## Audit trail', '', ...auditTable(all)];
}

export function auditTable(all: UpgradeReport['audit']): readonly string[] {
  return table(
    ['row', 'time', 'action', 'by', 'from', 'reason'],
    all.map(({ id, at, action, actor, role, source, reason }) => [
      id,
      time(at),
      text(action),
      `${text(actor)} (${text(role)})`,
      text(source),
      text(reason ?? ''),
    ]),
  );
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function after(seconds: number | null): string {
  return seconds === null ? '' : `, after ${seconds.toFixed(0)} s`;
}

export function time(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/u, 'Z');
}

/** Clean, and with nothing in it that Markdown reads as more than text. */
export function text(hostile: string): string {
  return cleanLine(hostile).replace(/[\\`*[\]<>|&#~]/gu, String.raw`\$&`);
}
