import { randomInt } from 'node:crypto';
import type { OrganizationScope } from './database.ts';
import { type PolicyChange, writePolicy } from './policy-writes.ts';

/** A policy as a preview names it. */
interface NamedPolicy {
  readonly id: string;
  readonly name: string;
}

/** Whose policy a change would change. */
export interface PolicyPreview {
  /** Routers that the policy applies to, as things are and after the change. */
  readonly before: number;
  readonly after: number;
  /** Routers without a policy that would get one. */
  readonly gain: number;
  /** Routers that would have none: they could not be upgraded. */
  readonly lose: number;
  /** Routers that would have another one than now. */
  readonly change: number;
  /** Some of them, those that lose theirs first. */
  readonly examples: readonly {
    readonly hostname: string;
    readonly from: NamedPolicy | null;
    readonly to: NamedPolicy | null;
  }[];
  /** See `WrittenPolicy`. */
  readonly endsAutoApproval: boolean;
}

/** The policy that does not exist yet has this number in a preview: numbers that are taken begin at 1. */
const NOT_YET = '0';
/** While it is tried it has one of so many below. Two with the same, of whatever organizations, would wait for each other. */
const MOST_TRIED = 2 ** 47;
const EXAMPLES = 8;

/**
 * What a change of a policy would do to the routers: the change is made, the view `router_policy` asked before and after it, and all
 * of it rolled back. Throws what `savePolicy` would throw.
 */
export async function previewPolicy(scope: OrganizationScope, change: PolicyChange): Promise<PolicyPreview> {
  const found: { preview?: PolicyPreview } = {};
  await scope
    .transaction(async (sql) => {
      // One picture of the fleet for both questions, whatever others write.
      await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`;
      await sql`
        CREATE TEMPORARY TABLE policy_before ON COMMIT DROP AS SELECT router_id, policy_id FROM router_policy`;
      const written = await writePolicy(sql, change, -randomInt(1, MOST_TRIED));
      const named = (id: string | null, name: string | null): NamedPolicy | null =>
        id === null ? null : { id: change.kind === 'add' && id === written.id ? NOT_YET : id, name: name ?? '' };
      const rows = await sql<Row[]>`
        SELECT a.hostname, b.policy_id::text AS from_id, p.name AS from_name, a.policy_id::text AS to_id, q.name AS to_name,
          count(*) FILTER (WHERE b.policy_id IS NULL) OVER ()::int AS gain,
          count(*) FILTER (WHERE a.policy_id IS NULL) OVER ()::int AS lose,
          count(*) OVER ()::int AS moved,
          count(*) FILTER (WHERE b.policy_id = ${written.id}::bigint) OVER ()::int AS left,
          count(*) FILTER (WHERE a.policy_id = ${written.id}::bigint) OVER ()::int AS came
        FROM policy_before AS b JOIN router_policy AS a ON a.router_id = b.router_id
        LEFT JOIN upgrade_policies AS p ON p.id = b.policy_id
        LEFT JOIN upgrade_policies AS q ON q.id = a.policy_id
        WHERE a.policy_id IS DISTINCT FROM b.policy_id
        ORDER BY a.policy_id IS NOT NULL, b.policy_id IS NOT NULL, a.hostname COLLATE "C"
        LIMIT ${EXAMPLES}`;
      const [{ before }] = await sql<[{ before: number }]>`
        SELECT count(*)::int AS before FROM policy_before WHERE policy_id = ${written.id}::bigint`;
      const { gain, lose, moved, left, came } = rows[0] ?? NOTHING;
      found.preview = {
        before,
        after: before - left + came,
        gain,
        lose,
        change: moved - gain - lose,
        examples: rows.map((row) => ({
          hostname: row.hostname,
          from: named(row.from_id, row.from_name),
          to: named(row.to_id, row.to_name),
        })),
        endsAutoApproval: written.endsAutoApproval,
      };
      throw new RolledBack();
    })
    .catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });
  if (found.preview === undefined) throw new Error('The preview was not made.');
  return found.preview;
}

/** Ends the transaction without keeping anything of it. */
class RolledBack extends Error {}

interface Row {
  readonly hostname: string;
  readonly from_id: string | null;
  readonly from_name: string | null;
  readonly to_id: string | null;
  readonly to_name: string | null;
  readonly gain: number;
  readonly lose: number;
  readonly moved: number;
  readonly left: number;
  readonly came: number;
}

const NOTHING = { gain: 0, lose: 0, moved: 0, left: 0, came: 0 };
