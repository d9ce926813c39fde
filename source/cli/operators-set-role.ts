import { quoted } from '../config/printable.ts';
import { readSettings } from '../config/environment.ts';
import { UserError } from '../config/user-error.ts';
import type { Role } from '../model/role.ts';
import { listMembers, setMemberRole } from '../postgres/members.ts';
import { setRoleAsAdministrator } from '../postgres/operator-admin.ts';
import { asAdministrator } from './as-administrator.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { toOperatorName, toRole } from './operator-operands.ts';
import { actorIn, findSession, startMembership } from './session.ts';
import { print, type Run, type Shell } from './shell.ts';

const COMMAND = 'operators set-role';

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: COMMAND,
    operands: 'NAME ROLE',
    count: [2, 2],
    purpose:
      'Sets what an operator may do in an organization: as an admin of it, for its members; with PG_ADMIN_USER set as the administrator ' +
      'of the database, for every operator. Audited.',
    flags: {
      organization: {
        type: 'string',
        placeholder: 'SLUG',
        help: 'where; NETUP_ORGANIZATION or your first if left out',
      },
    },
    examples: ['operators set-role ben approver', 'operators set-role ben viewer --organization south-carrier'],
  });
  const name = toOperatorName(COMMAND, operands[0]);
  const role = toRole(COMMAND, operands[1] ?? '');
  const byAdministrator = readSettings(shell.env).admin !== null;
  const set = byAdministrator ? asDatabaseAdministrator : asOrganizationAdmin;
  const { organization, before } = await set(shell, name, role, flags.organization);
  const was = before === null ? 'was no member' : before === role ? 'was so already' : `was ${before}`;
  print(shell.stdout, `${name} is ${role} in ${organization}; ${was}.`);
  return 0;
};

interface Outcome {
  readonly organization: string;
  readonly before: Role | null;
}

async function asOrganizationAdmin(shell: Shell, name: string, role: Role, slug: string | undefined): Promise<Outcome> {
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'set roles');
    const session = await findSession(context.database, context.settings);
    const membership = startMembership(session, slug ?? context.settings.organization);
    const actor = actorIn(session, membership, 'admin', 'set roles');
    const scope = context.database.organization(membership.organizationId);
    const member = (await listMembers(scope)).find((candidate) => candidate.name === name);
    const before = member === undefined ? null : await setMemberRole(scope, actor, member, role);
    if (before !== null) return { organization: membership.slug, before };
    throw new UserError(
      `${quoted(name)} is no member of ${membership.slug}; the administrator of the database lets operators in.`,
    );
  } finally {
    await context.close();
  }
}

async function asDatabaseAdministrator(
  shell: Shell,
  name: string,
  role: Role,
  slug: string | undefined,
): Promise<Outcome> {
  return asAdministrator(shell, COMMAND, async (admin, settings) => {
    const organization = slug ?? settings.organization;
    if (organization === null) {
      throw new UserError(`netup-tui ${COMMAND}: --organization SLUG is missing.`, { exitCode: 2 });
    }
    return { organization, before: await setRoleAsAdministrator(admin, name, organization, role) };
  });
}
