import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import type { Seed } from './seed.ts';

/** A router of a test's own, whose upgrade is approved and due. */
export interface QueuedRouter {
  readonly organization?: 'acme' | 'globex';
  readonly site?: 'ams' | 'fra' | null;
  readonly group?: string | null;
}

/** Makes routers, each with an approved upgrade, due in this order since long; the upgrades' ids. */
export async function queueUpgrades(
  admin: postgres.Sql,
  seed: Seed,
  routers: readonly QueuedRouter[],
): Promise<readonly string[]> {
  const made: string[] = [];
  for (const { organization = 'acme', site = null, group = null } of routers) {
    const { id: organizationId, sites } = seed[organization];
    const router = `queued-${randomUUID()}`;
    await admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver, site_id, redundancy_group)
      VALUES (${organizationId}, ${router}, ${router}, '10.9.9.9', '1.0', ${site === null ? null : sites[site]}, ${group})`;
    const [upgrade] = await admin<{ id: string }[]>`
      INSERT INTO upgrades (organization_id, router_id, image_id, from_ver, to_ver, schedule_kind, decision, gates, batch_id,
        idempotency_key, requested_by)
      VALUES (${organizationId}, ${router}, ${seed.images.mx}, '1.0', '2.0', 'now', 'approve', '[]', gen_random_uuid(),
        gen_random_uuid(), ${seed.ben.id})
      RETURNING id::text`;
    const id = upgrade?.id ?? '';
    await admin.begin(async (sql) => {
      await sql`SELECT set_config('app.current_org_id', ${organizationId}, true)`;
      await sql`UPDATE upgrades SET status = 'approved', approved_by = ${seed.ana.id}, approved_at = now() WHERE id = ${id}`;
    });
    await admin`UPDATE upgrade_queue SET due_at = now() - interval '1 hour' + ${made.length} * interval '1 second' WHERE upgrade_id = ${id}`;
    made.push(id);
  }
  return made;
}
