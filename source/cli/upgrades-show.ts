import type { UpgradeDetail } from '../model/upgrade.ts';
import type { UpgradePlan } from '../model/upgrade-plan.ts';
import { listUpgradeChecks, type RecordedCheck } from '../postgres/upgrade-checks.ts';
import { planOfUpgrade } from '../postgres/upgrade-plans.ts';
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
    const plan = await planOfUpgrade(scope, upgrade.id);
    if (flags.json === true) print(shell.stdout, JSON.stringify({ ...upgrade, checks, plan }));
    else print(shell.stdout, ...describe(upgrade, checks, plan));
    return 0;
  } finally {
    await context.close();
  }
};

function describe(
  upgrade: UpgradeDetail,
  checks: readonly RecordedCheck[],
  plan: UpgradePlan | null,
): readonly string[] {
  const { id, hostname, fromVersion, toVersion, status, requestedBy, approvedBy, outcome, deferredWhy } = upgrade;
  const approved = approvedBy === null ? '' : `, approved by ${approvedBy}`;
  return [
    ...textTable([
      [
        `${upgrade.dryRun ? 'Dry-run' : 'Upgrade'} ${id} of ${hostname}: ${fromVersion} to ${toVersion}, ${status.replace('_', ' ')}`,
      ],
    ]),
    ...textTable([[`Requested by ${requestedBy}${approved}.`]]),
    ...(plan === null ? [] : textTable([[planLine(plan, id)]])),
    ...(outcome === null ? [] : textTable([[outcome]])),
    ...(upgrade.dryRun && status === 'success' ? [`For real: netup-tui upgrades request --for-real ${id}`] : []),
    ...(deferredWhy === null || deferredWhy === undefined ? [] : textTable([[`The agent defers it: ${deferredWhy}`]])),
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

function planLine({ waves, state, reason }: UpgradePlan, id: string): string {
  return `In a plan of ${waves} waves, which is ${state}${reason === null ? '.' : `: ${reason}`} See upgrades plan ${id}.`;
}

function seconds(start: Date | null, end: Date | null): string {
  return start === null || end === null ? '-' : ((end.getTime() - start.getTime()) / 1000).toFixed(1);
}
