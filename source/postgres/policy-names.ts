import type postgres from 'postgres';
import { z } from 'zod';
import type { PolicyNames } from '../model/policy-place.ts';

/** What policies of the organization can name, by name. */
export async function readPolicyNames(sql: postgres.ISql): Promise<PolicyNames> {
  const [row] = await sql<[{ names: unknown }]>`
    SELECT jsonb_build_object(
      'vendors', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name) ORDER BY name), '[]') FROM vendors),
      'models', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name, 'vendor', v.name) ORDER BY m.name), '[]')
        FROM models AS m JOIN vendors AS v ON v.id = m.vendor_id),
      'sites', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name) ORDER BY name), '[]') FROM sites),
      'policies', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id::text, 'name', name) ORDER BY id), '[]')
        FROM upgrade_policies WHERE organization_id IS NOT NULL)) AS names`;
  return namesSchema.parse(row.names);
}

const named = z.object({ id: z.string(), name: z.string() });
const namesSchema = z.object({
  vendors: z.array(named),
  models: z.array(named.extend({ vendor: z.string() })),
  sites: z.array(named),
  policies: z.array(named),
});
