import { UserError } from '../config/user-error.ts';
import { AGENT_MODES, type AgentMode, type AgentSettings } from '../model/agent.ts';
import { readAgentSettings, setAgentSettings } from '../postgres/agent-settings.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { actorIn, findSession, startMembership } from './session.ts';
import { print, type Run } from './shell.ts';
import { textTable } from './text-table.ts';

const HIGHEST = 10_000;

export const show: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'agent mode show',
    purpose: 'Shows what the agent may do by itself in your organization.',
    flags: { json: { type: 'boolean', help: 'print JSON' } },
    examples: ['agent mode show'],
  });
  const context = openContext(shell.env);
  try {
    const session = await findSession(context.database, context.settings);
    const { organizationId } = startMembership(session, context.settings.organization);
    const settings = await readAgentSettings(context.database.organization(organizationId).sql);
    print(shell.stdout, ...(flags.json === true ? [JSON.stringify(settings)] : describe(settings)));
    return 0;
  } finally {
    await context.close();
  }
};

export const set: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'agent mode set',
    operands: '[MODE]',
    count: [0, 1],
    purpose:
      'Sets what the agent may do by itself in your organization: advise (nothing), auto-defer (keep pending upgrades whose gates do not pass from being ' +
      'approved), or auto-approve (that, and approve those whose policy says so, as one of the approvals). Takes the role admin; audited.',
    flags: {
      perDay: { type: 'number', placeholder: 'N', help: 'its approvals in 24 hours at most' },
      perSite: {
        type: 'number',
        placeholder: 'N',
        help: 'upgrades that it approved and that are not over, at one site',
      },
    },
    examples: ['agent mode set auto-defer', 'agent mode set auto-approve --per-day 20 --per-site 1'],
  });
  const [mode] = operands;
  const change: Partial<AgentSettings> = {
    ...(mode === undefined ? {} : { mode: toMode(mode) }),
    ...(flags.perDay === undefined ? {} : { perDay: toLimit(flags.perDay, '--per-day') }),
    ...(flags.perSite === undefined ? {} : { perSite: toLimit(flags.perSite, '--per-site') }),
  };
  if (Object.keys(change).length === 0) wrong('nothing to set: give a mode, --per-day or --per-site.');
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'set what the agent may do');
    const session = await findSession(context.database, context.settings);
    const membership = startMembership(session, context.settings.organization);
    const actor = actorIn(session, membership, 'admin', 'set what the agent may do');
    const scope = context.database.organization(membership.organizationId);
    await setAgentSettings(scope, actor, change);
    print(shell.stdout, ...describe(await readAgentSettings(scope.sql)));
    return 0;
  } finally {
    await context.close();
  }
};

const MEANINGS: Readonly<Record<AgentMode, string>> = {
  advise: 'it decides when it is asked, and does nothing by itself',
  'auto-defer': 'what its gates do not pass cannot be approved, but in an emergency',
  'auto-approve': 'the same, and it approves where a policy says so',
};

function describe({ mode, perDay, perSite }: AgentSettings): readonly string[] {
  return textTable([
    ['AGENT', ''],
    ['mode', `${mode}: ${MEANINGS[mode]}`],
    ['approvals in 24 hours', String(perDay)],
    ['at one site at once', String(perSite)],
  ]);
}

function toMode(written: string): AgentMode {
  return AGENT_MODES.find((mode) => mode === written) ?? wrong(`the mode must be one of ${AGENT_MODES.join(', ')}.`);
}

function toLimit(value: number, flag: string): number {
  if (Number.isInteger(value) && value >= 1 && value <= HIGHEST) return value;
  return wrong(`${flag} must be a whole number from 1 to ${HIGHEST}.`);
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui agent mode set: ${fault}`, { exitCode: 2 });
}
