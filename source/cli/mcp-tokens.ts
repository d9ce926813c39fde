import { checkNewFile, writeNewPrivateFile } from '../config/new-private-file.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { makeToken } from '../mcp/token.ts';
import type { Actor, Membership, Operator } from '../model/operator.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import {
  addMcpToken,
  listMcpTokens,
  MCP_ROLES,
  type McpRole,
  type McpToken,
  revokeMcpToken,
} from '../postgres/mcp-tokens.ts';
import { findOperator } from '../postgres/operators.ts';
import { readCommandLine } from './command-line.ts';
import { type Context, openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { actorIn, findSession, startMembership } from './session.ts';
import { print, type Run } from './shell.ts';
import { textTable } from './text-table.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 366;

export const add: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'mcp tokens add',
    operands: 'NAME',
    count: [1, 1],
    purpose:
      'Makes a token with which an assistant asks the MCP servers over HTTP, for one operator in one organization. It is shown once. ' +
      'A token for somebody else takes an admin, who then cannot approve what is proposed with it. Audited.',
    flags: {
      operator: { type: 'string', placeholder: 'NAME', help: 'whom it acts for; you, if left out' },
      role: {
        type: 'string',
        placeholder: 'ROLE',
        default: 'viewer',
        help: 'viewer: reads (default); operator: may propose upgrades',
      },
      expires: { type: 'string', placeholder: 'DAYS', default: '90d', help: 'for how long, such as 90d (default)' },
      file: { type: 'string', placeholder: 'FILE', help: 'write it there, for you alone to read, and show nothing' },
    },
    examples: ['mcp tokens add claude', 'mcp tokens add night-watch --operator ben --role operator --expires 30d'],
  });
  const name = toName('mcp tokens add', operands[0] ?? '');
  const role = toRole(flags.role);
  const days = toDays(flags.expires);
  if (flags.file !== undefined) checkNewFile(flags.file, '--file');
  return inOrganization(shell.env, async (context, { scope, membership, ...who }) => {
    refuseIfReadOnly(context, 'add a token');
    const forOther = flags.operator !== undefined && flags.operator !== who.operator.name;
    const actor = who.act(
      forOther ? 'admin' : 'operator',
      forOther ? 'make a token for somebody else' : 'make a token',
    );
    const holder = forOther ? await member(context, flags.operator ?? '', membership) : actor.operator;
    const { token, hash } = makeToken();
    const expiresAt = new Date(Date.now() + days * DAY_MS);
    if (!(await addMcpToken(scope, actor, { name, operator: holder, role, hash, expiresAt }))) {
      throw new UserError(
        `There is a token ${quoted(name)} in ${membership.slug} already; take another name, or revoke it first.`,
      );
    }
    const told = `${name} (${membership.slug}) acts for ${holder.name} as ${role} until ${expiresAt.toISOString().slice(0, 10)}.`;
    if (flags.file === undefined) print(shell.stdout, told, 'The token, which is not shown again:', token);
    else {
      writeNewPrivateFile(flags.file, `${token}\n`, '--file');
      print(shell.stdout, told);
    }
    return 0;
  });
};

export const list: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'mcp tokens list',
    purpose: 'Lists the tokens of the organization: for whom they act, until when, and when they were last used.',
    flags: {
      all: { type: 'boolean', help: 'also those that have expired or were revoked' },
      json: { type: 'boolean', help: 'print them as JSON' },
    },
    examples: ['mcp tokens list', 'mcp tokens list --all --json'],
  });
  return inOrganization(shell.env, async (_context, { scope, act }) => {
    act('operator', 'see the tokens');
    const found = await listMcpTokens(scope);
    const tokens = flags.all === true ? found : found.filter((token) => stateOf(token) === 'in force');
    if (flags.json === true) print(shell.stdout, JSON.stringify(tokens));
    else if (tokens.length === 0) print(shell.stdout, 'There is no token; netup-tui mcp tokens add makes one.');
    else print(shell.stdout, ...textTable([HEADINGS, ...tokens.map(toRow)]));
    return 0;
  });
};

export const revoke: Run = async (argv, shell) => {
  const { operands } = readCommandLine(argv, {
    name: 'mcp tokens revoke',
    operands: 'NAME',
    count: [1, 1],
    purpose: "Ends a token at once: your own or one that you made, or as an admin anybody's. Audited.",
    flags: {},
    examples: ['mcp tokens revoke claude'],
  });
  const name = toName('mcp tokens revoke', operands[0] ?? '');
  return inOrganization(shell.env, async (context, { scope, membership, operator, act }) => {
    refuseIfReadOnly(context, 'revoke a token');
    const token = (await listMcpTokens(scope)).find((one) => one.name === name && one.revokedAt === null);
    const own = token !== undefined && [token.operator, token.createdBy].includes(operator.name);
    const actor = act(own ? 'operator' : 'admin', 'revoke a token of somebody else');
    if (!(await revokeMcpToken(scope, actor, name))) {
      throw new UserError(`There is no token ${quoted(name)} in ${membership.slug}; see mcp tokens list.`);
    }
    print(shell.stdout, `${name} (${membership.slug}) is revoked.`);
    return 0;
  });
};

interface Work {
  readonly scope: OrganizationScope;
  readonly membership: Membership;
  readonly operator: Operator;
  /** The actor, if their role is strong enough. */
  readonly act: (role: 'operator' | 'admin', what: string) => Actor;
}

async function inOrganization(
  env: NodeJS.ProcessEnv,
  work: (context: Context, parts: Work) => Promise<number>,
): Promise<number> {
  const context = openContext(env);
  try {
    const session = await findSession(context.database, context.settings);
    const membership = startMembership(session, context.settings.organization);
    return await work(context, {
      scope: context.database.organization(membership.organizationId),
      membership,
      operator: session.operator,
      act: (role, what) => actorIn(session, membership, role, what),
    });
  } finally {
    await context.close();
  }
}

async function member({ database }: Context, name: string, { organizationId, slug }: Membership): Promise<Operator> {
  const found = await findOperator(database, name);
  if (found?.memberships.some((membership) => membership.organizationId === organizationId) === true) {
    return found.operator;
  }
  throw new UserError(`${quoted(name)} is no active operator of ${slug}; --operator names one who is.`);
}

const HEADINGS = ['name', 'operator', 'role', 'made by', 'expires', 'last used', 'state'];

function toRow(token: McpToken): readonly string[] {
  const day = (time: Date): string => time.toISOString().slice(0, 10);
  const lastUsed = token.lastUsedAt === null ? 'never' : `${token.lastUsedAt.toISOString().slice(0, 13)}h`;
  return [token.name, token.operator, token.role, token.createdBy, day(token.expiresAt), lastUsed, stateOf(token)];
}

function stateOf({ revokedAt, expiresAt }: McpToken): string {
  if (revokedAt !== null) return 'revoked';
  return expiresAt.getTime() <= Date.now() ? 'expired' : 'in force';
}

function toName(command: string, written: string): string {
  if (/^[A-Za-z0-9][\w.@-]{0,62}$/u.test(written)) return written;
  throw new UserError(
    `netup-tui ${command}: ${quoted(written)} is no name: up to 63 letters, digits and the characters _ . @ -`,
    { exitCode: 2 },
  );
}

function toRole(written: string): McpRole {
  const role = MCP_ROLES.find((known) => known === written);
  if (role !== undefined) return role;
  throw new UserError(`netup-tui mcp tokens add: ${quoted(written)} is no role of a token: viewer or operator.`, {
    exitCode: 2,
  });
}

function toDays(written: string): number {
  const days = Number(/^(\d{1,3})d$/u.exec(written)?.[1]);
  if (days >= 1 && days <= MOST_DAYS) return days;
  throw new UserError(
    `netup-tui mcp tokens add: --expires is a number of days from 1d to ${MOST_DAYS}d, such as 90d.`,
    {
      exitCode: 2,
    },
  );
}
