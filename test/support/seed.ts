import type postgres from 'postgres';
import type { Operator } from '../../source/model/operator.ts';

/** What `seedDatabase` made. Operators are members of both organizations, with the same roles. */
export interface Seed {
  readonly acme: SeedOrganization;
  readonly globex: SeedOrganization;
  /** approver */
  readonly ana: Operator;
  /** operator */
  readonly ben: Operator;
  /** viewer */
  readonly cy: Operator;
  /** admin */
  readonly ada: Operator;
  readonly vendors: { readonly cisco: string; readonly juniper: string; readonly arista: string };
  readonly models: { readonly asr: string; readonly mx: string; readonly dcs: string };
  /** Golden images: 17.12.03 for asr, 22.4R3-S2 for mx, 4.31.2F for dcs. */
  readonly images: { readonly asr: string; readonly mx: string; readonly dcs: string };
  /** Shared policies: any router, and Cisco. */
  readonly policies: { readonly any: string; readonly cisco: string };
}

export interface SeedOrganization {
  readonly id: string;
  readonly slug: string;
  readonly sites: { readonly ams: string; readonly fra: string };
  /** Own policies: Cisco ASR1002-HX, and Juniper at ams (with a weekly window on Saturday, 01:00-05:00 Europe/Amsterdam). */
  readonly policies: { readonly asr: string; readonly amsJuniper: string };
  /** Ids, which are the host names too: `ams-core-01` (asr), `ams-edge-01` and `ams-edge-02` (mx), `fra-leaf-01` (dcs, up to date),
   * `fra-leaf-02` (dcs), `fra-old-01` (no vendor, model or site). The same in both organizations. */
  readonly routers: readonly string[];
}

const HASH = 'a'.repeat(64);

async function one(query: postgres.PendingQuery<{ id: string }[]>): Promise<string> {
  const [row] = await query;
  if (row === undefined) throw new Error('the insert returned no row');
  return row.id;
}

/** Two organizations with the same names in them, so that a leak between them cannot hide. */
export async function seedDatabase(admin: postgres.Sql): Promise<Seed> {
  return admin.begin(async (sql) => {
    const person = async (name: string, displayName: string): Promise<Operator> => ({
      name,
      displayName,
      id: await one(sql`INSERT INTO operators (name, display_name) VALUES (${name}, ${displayName}) RETURNING id`),
    });
    const vendor = (name: string): Promise<string> =>
      one(sql`INSERT INTO vendors (name) VALUES (${name}) RETURNING id`);
    const model = (vendorId: string, name: string, platform: string): Promise<string> =>
      one(sql`INSERT INTO models (vendor_id, name, platform) VALUES (${vendorId}, ${name}, ${platform}) RETURNING id`);
    const image = async (vendorId: string, modelId: string, version: string, file: string, minimum: string) => {
      const id = await one(sql`
        INSERT INTO firmware_images (vendor_id, version, file_name, size_bytes, sha256, minimum_ver, is_golden)
        VALUES (${vendorId}, ${version}, ${file}, 905283584, ${HASH}, ${minimum}, true) RETURNING id`);
      await sql`INSERT INTO firmware_image_models (image_id, model_id) VALUES (${id}, ${modelId})`;
      return id;
    };

    const people = {
      ana: await person('ana', 'Ana Silva'),
      ben: await person('ben', 'Ben Okafor'),
      cy: await person('cy', 'Cy Tanaka'),
      ada: await person('ada', 'Ada Berg'),
    };
    const roles = { ana: 'approver', ben: 'operator', cy: 'viewer', ada: 'admin' } as const;
    const vendors = { cisco: await vendor('Cisco'), juniper: await vendor('Juniper'), arista: await vendor('Arista') };
    const models = {
      asr: await model(vendors.cisco, 'ASR1002-HX', 'ios-xe'),
      mx: await model(vendors.juniper, 'MX204', 'junos'),
      dcs: await model(vendors.arista, '7280SR3-48YC8', 'eos'),
    };
    const images = {
      asr: await image(vendors.cisco, models.asr, '17.12.03', 'asr1000-universalk9.17.12.03.SPA.bin', '17.03.01a'),
      mx: await image(vendors.juniper, models.mx, '22.4R3-S2', 'junos-install-mx-x86-64-22.4R3-S2.tgz', '19.4R3'),
      dcs: await image(vendors.arista, models.dcs, '4.31.2F', 'EOS64-4.31.2F.swi', '4.26.0F'),
    };
    const policy = (name: string, fields: object): Promise<string> =>
      one(sql`
        INSERT INTO upgrade_policies ${sql({ name, max_cpu_percent: 80, min_free_mem_percent: 20, ...fields })} RETURNING id`);
    const policies = {
      any: await policy('any router', {}),
      cisco: await policy('Cisco', { vendor_id: vendors.cisco }),
    };

    const organization = async (slug: string, name: string): Promise<SeedOrganization> => {
      const id = await one(sql`INSERT INTO organizations (slug, name) VALUES (${slug}, ${name}) RETURNING id`);
      for (const key of ['ana', 'ben', 'cy', 'ada'] as const) {
        await sql`INSERT INTO organization_members VALUES (${id}, ${people[key].id}, ${roles[key]})`;
      }
      const site = (siteName: string, timeZone: string): Promise<string> =>
        one(sql`
          INSERT INTO sites (organization_id, name, time_zone) VALUES (${id}, ${siteName}, ${timeZone}) RETURNING id`);
      const sites = { ams: await site('ams', 'Europe/Amsterdam'), fra: await site('fra', 'Europe/Berlin') };
      const window = {
        window_weekday: 6,
        window_start: '01:00',
        window_minutes: 240,
        window_time_zone: 'Europe/Amsterdam',
      };
      const own = {
        asr: await policy('core, Cisco, careful', {
          organization_id: id,
          vendor_id: vendors.cisco,
          model_id: models.asr,
        }),
        amsJuniper: await policy('ams: hub site', {
          organization_id: id,
          vendor_id: vendors.juniper,
          site_id: sites.ams,
          ...window,
        }),
      };
      const router = (host: string, index: number, fields: object): postgres.PendingQuery<postgres.Row[]> =>
        sql`INSERT INTO routers ${sql({
          organization_id: id,
          id: host,
          hostname: host,
          mgmt_ip: `10.0.0.${index}`,
          ...fields,
        })}`;
      const asr = { vendor_id: vendors.cisco, model_id: models.asr, current_ver: '17.09.04a', target_ver: '17.12.03' };
      const mx = { vendor_id: vendors.juniper, model_id: models.mx, current_ver: '21.4R3-S5', target_ver: '22.4R3-S2' };
      const dcs = { vendor_id: vendors.arista, model_id: models.dcs, target_ver: '4.31.2F' };
      await router('ams-core-01', 1, { ...asr, site_id: sites.ams });
      await router('ams-edge-01', 2, { ...mx, site_id: sites.ams });
      await router('ams-edge-02', 3, { ...mx, site_id: sites.ams });
      await router('fra-leaf-01', 4, { ...dcs, site_id: sites.fra, current_ver: '4.31.2F' });
      await router('fra-leaf-02', 5, { ...dcs, site_id: sites.fra, current_ver: '4.30.1F' });
      await router('fra-old-01', 6, { current_ver: '1.0' });
      const routers = ['ams-core-01', 'ams-edge-01', 'ams-edge-02', 'fra-leaf-01', 'fra-leaf-02', 'fra-old-01'];
      return { id, slug, sites, policies: own, routers };
    };
    const acme = await organization('acme', 'Acme');
    const globex = await organization('globex', 'Globex');
    return { acme, globex, ...people, vendors, models, images, policies };
  });
}
