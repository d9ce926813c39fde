import { UserError } from '../config/user-error.ts';
import type { ApprovalRules } from '../model/approval.ts';
import { readApprovalRules, setApprovalRules } from '../postgres/approval-rules.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { actorIn, findSession, startMembership } from './session.ts';
import { print, type Run } from './shell.ts';
import { textTable } from './text-table.ts';

const LONGEST_HOURS = 8760;

export const show: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'approval-rules show',
    purpose: 'Shows what your organization asks of the approval of an upgrade.',
    flags: { json: { type: 'boolean', help: 'print JSON' } },
    examples: ['approval-rules show'],
  });
  const context = openContext(shell.env);
  try {
    const session = await findSession(context.database, context.settings);
    const { organizationId } = startMembership(session, context.settings.organization);
    const rules = await readApprovalRules(context.database.organization(organizationId).sql);
    print(shell.stdout, ...(flags.json === true ? [JSON.stringify(rules)] : describe(rules)));
    return 0;
  } finally {
    await context.close();
  }
};

export const set: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'approval-rules set',
    purpose: 'Sets what your organization asks of the approval of an upgrade. Takes the role admin; audited.',
    flags: {
      approvers: {
        type: 'number',
        placeholder: 'N',
        help: 'how many have to approve, 1 or 2, none of them the requester',
      },
      expires: { type: 'string', placeholder: 'HOURS', help: 'how long an approval holds; none for ever' },
      requireReference: { type: 'boolean', help: 'every request names its change or ticket' },
      noRequireReference: { type: 'boolean', help: 'a request needs no reference' },
    },
    examples: ['approval-rules set --approvers 2 --expires 72 --require-reference'],
  });
  const required = flags.requireReference === true;
  if (required && flags.noRequireReference === true)
    wrong('--require-reference and --no-require-reference contradict each other.');
  const change: Partial<ApprovalRules> = {
    ...(flags.approvers === undefined ? {} : { approvers: toApprovers(flags.approvers) }),
    ...(flags.expires === undefined ? {} : { expiresHours: toHours(flags.expires) }),
    ...(required || flags.noRequireReference === true ? { referenceRequired: required } : {}),
  };
  if (Object.keys(change).length === 0) {
    wrong('nothing to set: give --approvers, --expires, --require-reference or --no-require-reference.');
  }
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'set approval rules');
    const session = await findSession(context.database, context.settings);
    const membership = startMembership(session, context.settings.organization);
    const actor = actorIn(session, membership, 'admin', 'set approval rules');
    const scope = context.database.organization(membership.organizationId);
    await setApprovalRules(scope, actor, change);
    print(shell.stdout, ...describe(await readApprovalRules(scope.sql)));
    return 0;
  } finally {
    await context.close();
  }
};

function describe({ approvers, expiresHours, referenceRequired }: ApprovalRules): readonly string[] {
  return textTable([
    ['APPROVALS', ''],
    ['how many have to approve', String(approvers)],
    ['how long it holds', expiresHours === null ? 'for ever' : `${expiresHours} h`],
    ['a change reference is', referenceRequired ? 'required' : 'optional'],
  ]);
}

function toApprovers(value: number): 1 | 2 {
  if (value === 1 || value === 2) return value;
  return wrong('--approvers must be 1 or 2.');
}

function toHours(written: string): number | null {
  if (written === 'none') return null;
  const hours = /^\d{1,4}$/u.test(written) ? Number(written) : 0;
  if (hours >= 1 && hours <= LONGEST_HOURS) return hours;
  return wrong(`--expires must be a whole number of hours from 1 to ${LONGEST_HOURS}, or none.`);
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui approval-rules set: ${fault}`, { exitCode: 2 });
}
