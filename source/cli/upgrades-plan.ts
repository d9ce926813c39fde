import { UserError } from '../config/user-error.ts';
import type { Actor } from '../model/operator.ts';
import type { UpgradePlan, WaveCount } from '../model/upgrade-plan.ts';
import { planOfUpgrade } from '../postgres/upgrade-plans.ts';
import { resumePlan, stopPlan } from '../upgrades/plans/steer-plan.ts';
import type { DecisionServices } from '../upgrades/services.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { findUpgradeOf } from './find-upgrade.ts';
import { actorIn } from './session.ts';
import { print, type Run } from './shell.ts';
import { textTable } from './text-table.ts';

export const show: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'upgrades plan',
    operands: 'ID',
    count: [1, 1],
    purpose: 'Shows the waves of the plan that an upgrade goes in, and what the next one waits for.',
    flags: { json: { type: 'boolean', help: 'print JSON' } },
    examples: ['upgrades plan 42'],
  });
  const context = openContext(shell.env);
  try {
    const { scope, upgrade } = await findUpgradeOf(context, operands[0] ?? '');
    const plan = await planOfUpgrade(scope, upgrade.id);
    if (plan === null) throw new UserError(`Upgrade ${upgrade.id} goes in no plan with waves.`);
    print(shell.stdout, ...(flags.json === true ? [JSON.stringify(plan)] : describe(plan)));
    return 0;
  } finally {
    await context.close();
  }
};

type Steer = (services: DecisionServices, actor: Actor, id: string, reason: string) => Promise<void>;

function command(word: 'stop' | 'resume', purpose: string, steer: Steer): Run {
  const name = `upgrades plan ${word}`;
  return async (argv, shell) => {
    const { flags, operands } = readCommandLine(argv, {
      name,
      operands: 'ID',
      count: [1, 1],
      purpose,
      flags: { reason: { type: 'string', placeholder: 'TEXT', help: 'why, for the audit trail' } },
      examples: [`${name} 42 --reason "the canary is fine"`],
    });
    const context = openContext(shell.env);
    try {
      refuseIfReadOnly(context, `${word} a plan`);
      const { session, membership, scope, upgrade } = await findUpgradeOf(context, operands[0] ?? '');
      const actor = actorIn(session, membership, 'operator', `${word} a plan`);
      await steer({ scope, now: () => new Date() }, actor, upgrade.id, flags.reason ?? '');
      print(shell.stdout, `The plan of upgrade ${upgrade.id} ${word === 'stop' ? 'is stopped' : 'goes on'}.`);
      return 0;
    } finally {
      await context.close();
    }
  };
}

export const stop = command(
  'stop',
  'Stops the plan of an upgrade: what has not begun does not begin. Needs a reason.',
  stopPlan,
);
export const resume = command(
  'resume',
  'Lets a plan go on that is stopped, or whose next wave waits for approval: what failed so far is accepted. Takes the role approver.',
  resumePlan,
);

function describe(plan: UpgradePlan): readonly string[] {
  const total = plan.counts.reduce((sum, count) => sum + count.total, 0);
  const reason = plan.reason === null ? [] : [plan.reason];
  return [
    ...textTable([[`${total} upgrades in ${plan.waves} waves: ${plan.state}.`], ...reason.map((line) => [line])]),
    rules(plan),
    '',
    ...textTable([
      ['WAVE', 'UPGRADES', 'SUCCEEDED', 'FAILED', 'NOT OVER', ''],
      ...plan.counts.map((count) => [
        ...[count.wave, count.total, count.succeeded, count.failed, count.open].map(String),
        stateOf(plan, count),
      ]),
    ]),
  ];
}

function rules({ pauseMinutes, successRate, stopAfter, approveWaves }: UpgradePlan): string {
  const failures = stopAfter === 1 ? '1 failure' : `${stopAfter} failures`;
  return [
    `The next wave opens ${pauseMinutes} min after one in which ${successRate}% succeeded`,
    ...(approveWaves ? ['and that somebody approved'] : []),
    ...(stopAfter === null ? [] : [`; it stops at ${failures}`]),
  ]
    .join(' ')
    .replace(' ;', ';')
    .concat('.');
}

function stateOf({ state, openWave, waveOverAt, pauseMinutes }: UpgradePlan, { wave, open }: WaveCount): string {
  if (open === 0) return 'over';
  if (wave <= openWave) return 'open';
  if (wave !== openWave + 1 || state !== 'active' || waveOverAt === null) return '';
  const opens = new Date(waveOverAt.getTime() + pauseMinutes * 60_000);
  return `opens at ${opens.toISOString().slice(0, 16)}Z`;
}
