import { UserError } from '../config/user-error.ts';
import type { Database } from './database.ts';

/** What a process logs in for: the console and the commands, a worker or collector, a reader. */
export type ProcessRole = 'app_user' | 'netup_worker' | 'netup_readonly';

const PROCESSES: Readonly<Record<ProcessRole, string>> = {
  app_user: 'the console',
  netup_worker: 'a worker',
  netup_readonly: 'a reader',
};

/** PostgreSQL's own roles that reach beyond the database. */
const SERVER_ROLES = ['pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'];

interface Login {
  readonly login: string;
  /** A role that it may become, or itself, for which row-level security does not hold; null if there is none. */
  readonly unheld: string | null;
  readonly superuser: boolean;
  /** Such a role that may make itself a member of others. */
  readonly creator: string | null;
  /** Such a role that owns tables, or the schema or database that they are in, and so can switch their guards off. */
  readonly owner: string | null;
  /** Such a role that is one of SERVER_ROLES. */
  readonly server: string | null;
  /** A right on a table or view that it has and `needed` has not: `INSERT on audit_events`. */
  readonly extra: string | null;
  /** Whether it has what `needed` has without saying SET ROLE, which the program does not. */
  readonly inherits: boolean;
  /** Which of our roles it may become. */
  readonly roles: readonly string[];
}

async function readLogin(database: Database, needed: ProcessRole): Promise<readonly Login[]> {
  return database.unscoped<Login[]>`
    WITH able AS (
      SELECT oid, rolname AS name, rolname <> session_user AS other, rolsuper AS superuser, rolsuper OR rolbypassrls AS unheld,
        rolcreaterole AS creator,
        rolname = 'netup_owner' OR oid IN (
          SELECT datdba FROM pg_database WHERE datname = current_database()
          UNION SELECT nspowner FROM pg_namespace WHERE nspname = 'public' AND nspowner <> 'pg_database_owner'::regrole
          UNION SELECT relowner FROM pg_class WHERE relnamespace = 'public'::regnamespace) AS owner
      FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER'))
    SELECT session_user AS login,
      (SELECT name FROM able WHERE unheld ORDER BY other, name LIMIT 1) AS unheld,
      coalesce((SELECT superuser FROM able WHERE unheld ORDER BY other, name LIMIT 1), false) AS superuser,
      (SELECT name FROM able WHERE creator ORDER BY other, name LIMIT 1) AS creator,
      (SELECT name FROM able WHERE name = ANY (${SERVER_ROLES}) ORDER BY name LIMIT 1) AS server,
      (SELECT verb || ' on ' || c.relname
        FROM pg_class AS c
        CROSS JOIN unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,TRIGGER}'::text[]) AS verb
        JOIN pg_roles AS role ON role.rolname = ${needed}
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND has_table_privilege(session_user, c.oid, verb) AND NOT has_table_privilege(role.oid, c.oid, verb)
        ORDER BY c.relname, verb LIMIT 1) AS extra,
      coalesce((SELECT pg_has_role(session_user, oid, 'USAGE') FROM able WHERE name = ${needed}), false) AS inherits,
      (SELECT name FROM able WHERE owner ORDER BY other, name LIMIT 1) AS owner,
      (SELECT coalesce(array_agg(name::text ORDER BY name), '{}') FROM able WHERE name = ANY (${Object.keys(PROCESSES)})) AS roles`;
}

/**
 * Refuses a login that is not what its process needs: one that lacks `needed`, and one that can do more. That is a superuser, a role
 * with BYPASSRLS or CREATEROLE, an owner of our tables, one that reaches the server's files, one that has another of our roles too, or
 * a member of any of these, whether it inherits or would have to say SET ROLE; and one with a right on a table that `needed` has not.
 * Throws a `UserError` of one sentence; rejects with `DatabaseUnavailable`.
 */
export async function assertSafeRole(database: Database, needed: ProcessRole): Promise<void> {
  const [login] = await readLogin(database, needed);
  const fault = login === undefined ? null : faultOf(login, needed);
  if (fault === null) return;
  throw new UserError(
    `The PostgreSQL login ${fault}; set PG_USER to a login that is only a member of ${needed} ` +
      '(migrate and fleet load use PG_ADMIN_USER).',
  );
}

function faultOf(found: Login, needed: ProcessRole): string | null {
  const { login, unheld, superuser, creator, owner, server, extra, inherits, roles } = found;
  const who = (role: string): string => (role === login ? `"${login}"` : `"${login}" is a member of "${role}", which`);
  if (unheld !== null) {
    const what = superuser ? 'is a superuser' : 'has BYPASSRLS';
    return `${who(unheld)} ${what}, so one organization would see another's rows`;
  }
  if (owner !== null) return `${who(owner)} owns the tables, so it could switch their guards off`;
  if (creator !== null) return `${who(creator)} has CREATEROLE, so it could give itself every other role`;
  if (server !== null) return `${who(server)} reaches the files or programs of the server, and so everything in it`;
  if (!roles.includes(needed))
    return `"${login}" is not a member of ${needed}, which is what ${PROCESSES[needed]} needs`;
  if (!inherits) return `"${login}" is a member of ${needed} without inheriting from it, so it can do nothing`;
  const more = roles.filter((role) => role !== needed);
  const tooMuch = `so it could do more than ${PROCESSES[needed]} should`;
  if (more.length > 0) return `"${login}" has ${more.join(' and ')} as well as ${needed}, ${tooMuch}`;
  return extra === null ? null : `"${login}" may ${extra} and ${needed} may not, ${tooMuch}`;
}
