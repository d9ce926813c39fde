import type { UpgradeDetail } from '../model/upgrade.ts';
import { listUpgradeChecks, type RecordedCheck } from '../postgres/upgrade-checks.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { findUpgradeOf } from './find-upgrade.ts';
import { print, type Run } from './shell.ts';
import { textTable } from './text-table.ts';

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'upgrades show',
    operands: 'ID',
    count: [1, 1],
    purpose: 'Shows one upgrade: its steps, gates and checks.',
    flags: { json: { type: 'boolean', help: 'print JSON' } },
    examples: ['upgrades show 42', 'upgrades show 42 --json'],
  });
  const context = openContext(shell.env);
  try {
    const { scope, upgrade } = await findUpgradeOf(context, operands[0] ?? '');
    const checks = await listUpgradeChecks(scope, upgrade.id);
    if (flags.json === true) print(shell.stdout, JSON.stringify({ ...upgrade, checks }));
    else print(shell.stdout, ...describe(upgrade, checks));
    return 0;
  } finally {
    await context.close();
  }
};

function describe(upgrade: UpgradeDetail, checks: readonly RecordedCheck[]): readonly string[] {
  const { id, hostname, fromVersion, toVersion, status, requestedBy, approvedBy, outcome } = upgrade;
  const approved = approvedBy === null ? '' : `, approved by ${approvedBy}`;
  return [
    ...textTable([[`Upgrade ${id} of ${hostname}: ${fromVersion} to ${toVersion}, ${status.replace('_', ' ')}`]]),
    ...textTable([[`Requested by ${requestedBy}${approved}.`]]),
    ...(outcome === null ? [] : textTable([[outcome]])),
    '',
    ...textTable([
      ['STEP', 'STATUS', 'SECONDS', 'WHAT'],
      ...upgrade.steps.map((step) => [
        step.name,
        step.status,
        seconds(step.startedAt, step.finishedAt),
        step.detail ?? '',
      ]),
    ]),
    ...(checks.length === 0
      ? []
      : [
          '',
          ...textTable([
            ['CHECK', 'WHEN', 'STATUS', 'EXPECTED', 'ACTUAL'],
            ...checks.map((check) => [check.name, check.phase, check.status, check.expected, check.actual]),
          ]),
        ]),
  ];
}

function seconds(start: Date | null, end: Date | null): string {
  return start === null || end === null ? '-' : ((end.getTime() - start.getTime()) / 1000).toFixed(1);
}
