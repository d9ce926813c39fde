import { schemaState } from '../../postgres/migrate.ts';
import { assertSafeRole, type ProcessRole } from '../../postgres/safe-role.ts';
import { tablesFault } from '../check-tables.ts';
import type { Context } from '../context.ts';
import { findSession } from '../session.ts';
import { checkAudit } from './audit.ts';
import { fail, type Finding, ok, reason, warn } from './finding.ts';
import { checkCheckpoints } from './checkpoints.ts';
import { checkCollectors } from './collectors.ts';
import { checkGrants } from './grants.ts';
import { checkUsedKeys } from './keys.ts';
import { checkMcpTokens } from './mcp-tokens.ts';
import { checkWebhooks } from './webhooks.ts';
import { checkWorkers } from './workers.ts';
import { checkQuarantine } from './quarantine.ts';

/** The oldest PostgreSQL that the tables work on. */
const OLDEST_SERVER = 150_000;

/** Each of the first needs what those before it found, so the first that fails ends them; the others stand for themselves. */
export async function checkPostgres(
  context: Context,
  env: NodeJS.ProcessEnv,
  role: ProcessRole,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of [checkServer, checkLogin, checkTables, checkGrants]) {
    const finding = await check(context, role);
    findings.push(finding);
    if (finding.state === 'fail') return findings;
  }
  if (role === 'app_user') findings.push(await checkOperator(context));
  findings.push(await checkAudit(context));
  findings.push(...(await checkWorkers(context, role)), ...(await checkCollectors(context)));
  if (role !== 'netup_readonly') findings.push(...(await checkCheckpoints(context, role)));
  if (role === 'app_user') findings.push(...(await checkMcpTokens(context, role)));
  // A reader belongs to no organization.
  if (role !== 'netup_readonly') findings.push(await checkQuarantine(context, role));
  // A reader cannot decrypt.
  if (role !== 'netup_readonly') findings.push(...(await checkUsedKeys(context, env, role)));
  if (role !== 'netup_readonly') findings.push(...(await checkWebhooks(context, role)));
  return findings;
}

async function checkServer({ database, settings }: Context): Promise<Finding> {
  try {
    const milliseconds = await database.ping();
    const [row] = await database.unscoped<{ name: string; number: string }[]>`
      SELECT current_setting('server_version') AS name, current_setting('server_version_num') AS number`;
    const found = `PostgreSQL ${row?.name ?? '?'} at ${database.address} answers in ${Math.round(milliseconds)} ms`;
    return Number(row?.number) >= OLDEST_SERVER
      ? ok('postgresql', found)
      : fail('postgresql', found, 'PostgreSQL 15 or newer is needed.');
  } catch (error) {
    const advice = settings.postgresConfigured
      ? 'Check that the server runs and that PG_HOST, PG_PORT and PG_SSL_MODE are right.'
      : 'No PG_ variable is set: set PG_HOST, PG_USER and PG_PASSWORD, or try `netup-tui demo`, which needs no database.';
    return fail('postgresql', reason(error), advice);
  }
}

async function checkLogin({ database }: Context, role: ProcessRole): Promise<Finding> {
  try {
    await assertSafeRole(database, role);
    return ok('login', `${database.user}, held by row-level security`);
  } catch (error) {
    const advice = `As administrator, after \`netup-tui migrate\`: CREATE ROLE netup_login LOGIN PASSWORD '...' IN ROLE ${role}; then PG_USER=netup_login.`;
    return fail('login', reason(error), advice);
  }
}

async function checkTables({ database }: Context): Promise<Finding> {
  try {
    const state = await schemaState(database.unscoped);
    const wrong = tablesFault(state);
    return wrong === null
      ? ok('tables', `at ${state.current ?? '?'}, which is the newest`)
      : fail('tables', wrong.fault, wrong.advice);
  } catch (error) {
    return fail('tables', reason(error), 'Run `netup-tui migrate` as administrator (PG_ADMIN_USER).');
  }
}

async function checkOperator({ database, settings }: Context): Promise<Finding> {
  try {
    const { operator, memberships } = await findSession(database, settings);
    const roles = memberships.map(({ slug, role }) => `${role} in ${slug}`).join(', ');
    return ok('operator', `${operator.name}: ${roles}`);
  } catch (error) {
    return warn('operator', reason(error), 'The console opens for active operators only.');
  }
}
