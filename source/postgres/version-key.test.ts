import * as fc from 'fast-check';
import type postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { lines, ordered, sideBySide, unknownForms } from '../../test/support/version-examples.ts';
import { PLATFORMS, type Platform } from '../model/platform.ts';
import { compareVersions, runsRelease, versionKey } from '../model/version.ts';

const database = useDatabase();
const REAL = [
  ...PLATFORMS.flatMap((platform) => ordered[platform].flat()),
  ...lines.flatMap(([, line]) => line),
  ...sideBySide.flatMap(([, a, b]) => [a, b]),
];

type Pair = readonly [Platform, string, string];

/** What SQL makes of pairs of versions, in one query. */
async function bySql(pairs: readonly Pair[]): Promise<readonly unknown[]> {
  const rows = await database.admin<{ answer: unknown[] }[]>`
    SELECT jsonb_build_array(version_key(p->>0, p->>1), compare_versions(p->>0, p->>1, p->>2), runs_release(p->>0, p->>1, p->>2),
      p->>1 = p->>2 OR coalesce(key_runs_release(version_key(p->>0, p->>1), version_key(p->>0, p->>2)), false)) AS answer
    FROM jsonb_array_elements(${database.admin.json(pairs)}) WITH ORDINALITY AS e (p, n) ORDER BY n`;
  return rows.map(({ answer }) => answer);
}

function byProgram([platform, a, b]: Pair): unknown {
  const runs = runsRelease(platform, a, b);
  return [versionKey(platform, a), compareVersions(platform, a, b), runs, runs];
}

/** A version that is real, or one letter away from it, or made of the letters that versions are made of. */
const version = fc.oneof(
  fc.constantFrom(...REAL),
  fc
    .tuple(fc.constantFrom(...REAL), fc.nat(), fc.constantFrom(...Array.from('0159.-()aszSRDXFMEVO \u00a0\té')))
    .map(([text, at, letter]) => text.slice(0, at % (text.length + 1)) + letter + text.slice(at % (text.length + 1))),
  fc
    .tuple(fc.constantFrom(...REAL), fc.nat())
    .map(([text, at]) => text.slice(0, at % text.length) + text.slice((at % text.length) + 1)),
  fc.stringMatching(/^[ ]?[0-9]{1,2}\.[0-9]{1,2}[.(RX][0-9]{1,4}[)a-zSM.-]{0,2}[0-9]{0,4}$/u),
);

describe('version_form, version_key, compare_versions, runs_release and key_runs_release in SQL', () => {
  it('say what the program says of every pair of real versions, and of what is none', async () => {
    for (const platform of PLATFORMS) {
      const own = REAL.filter((text) => versionKey(platform, text) !== null);
      const pairs = own.flatMap((a) => own.map((b): Pair => [platform, a, b]));
      pairs.push(...[...REAL, ...unknownForms].map((a): Pair => [platform, a, own[0] ?? '']));
      expect(await bySql(pairs)).toEqual(pairs.map(byProgram));
    }
  });

  it('say the same of generated versions', async () => {
    const pairs = fc.array(fc.tuple(fc.constantFrom(...PLATFORMS), version, version), {
      minLength: 200,
      maxLength: 200,
    });
    await fc.assert(
      fc.asyncProperty(pairs, async (list) => {
        expect(await bySql(list)).toEqual(list.map(byProgram));
      }),
      { numRuns: 10, seed: 16, endOnFailure: true },
    );
  });

  it('agree with the order of the column', async () => {
    for (const platform of PLATFORMS) {
      const rows = await database.admin<{ text: string }[]>`
        SELECT t AS text FROM unnest(${ordered[platform].map(([first]) => first ?? '')}::text[]) AS t
        ORDER BY version_key(${platform}, t)`;
      for (const [index, { text }] of rows.entries()) {
        for (const later of rows.slice(index)) {
          const order = compareVersions(platform, text, later.text);
          expect([text, later.text, order === 1]).toEqual([text, later.text, false]);
        }
      }
    }
  });
});

describe('the stored keys', () => {
  async function keys(sql: postgres.ISql, router: string): Promise<readonly (string | null)[]> {
    const [row] = await sql<{ keys: (string | null)[] }[]>`
      SELECT jsonb_build_array(current_ver_key, target_ver_key) AS keys FROM routers WHERE id = ${router}
      ORDER BY organization_id LIMIT 1`;
    return row?.keys ?? [];
  }

  it('follow every write, whoever makes it and whatever key they give', async () => {
    const { models, images } = await database.seed();
    const key = (text: string): string | null => versionKey('ios-xe', text);
    const { admin } = database;
    await admin.begin(async (sql) => {
      expect(await keys(sql, 'ams-core-01')).toEqual([key('17.9.4a'), key('17.12.3')]);
      expect(await keys(sql, 'fra-old-01')).toEqual([null, null]);
      await sql`UPDATE routers SET current_ver = '17.9.5', target_ver_key = 'x', current_ver_key = 'y' WHERE id = 'ams-core-01'`;
      expect(await keys(sql, 'ams-core-01')).toEqual([key('17.9.5'), key('17.12.3')]);
      await sql`UPDATE routers SET target_ver = 'BLD_V1712' WHERE id = 'ams-core-01'`;
      expect(await keys(sql, 'ams-core-01')).toEqual([key('17.9.5'), null]);
      await sql`UPDATE routers SET model_id = ${models.mx} WHERE id = 'ams-core-01'`;
      expect(await keys(sql, 'ams-core-01')).toEqual([null, null]);
      await sql`UPDATE routers SET model_id = ${models.asr}, current_ver = '17.09.04a', target_ver = '17.12.03' WHERE id = 'ams-core-01'`;

      const image = async (): Promise<string | null | undefined> =>
        (
          await sql<{ key: string | null }[]>`SELECT version_key AS key FROM firmware_images WHERE id = ${images.asr}`
        )[0]?.key;
      expect(await image()).toBe(key('17.12.3'));
      await sql`INSERT INTO firmware_image_models VALUES (${images.asr}, ${models.dcs})`;
      expect(await image()).toBeNull();
      await sql`DELETE FROM firmware_image_models WHERE model_id = ${models.dcs} AND image_id = ${images.asr}`;
      expect(await image()).toBe(key('17.12.3'));
    });
  });

  it("change with a model's platform, in every organization, as the owner may", async () => {
    const { models, acme } = await database.seed();
    await database.admin.begin(async (sql) => {
      await sql`SET LOCAL ROLE netup_owner`;
      await sql`SELECT set_config('app.current_org_id', ${acme.id}, true)`;
      await sql`UPDATE models SET platform = 'eos' WHERE id = ${models.asr}`;
      expect(await sql`SELECT current_setting('app.current_org_id') AS id`).toEqual([{ id: acme.id }]);
      await sql`RESET ROLE`;
      expect(await sql`SELECT DISTINCT current_ver_key FROM routers WHERE model_id = ${models.asr}`).toEqual([
        { current_ver_key: null },
      ]);
      await sql`SET LOCAL ROLE netup_owner`;
      await sql`UPDATE models SET platform = 'ios-xe' WHERE id = ${models.asr}`;
      await sql`RESET ROLE`;
      expect(
        await sql`SELECT DISTINCT current_ver_key AS key, count(*)::int FROM routers WHERE model_id = ${models.asr} GROUP BY 1`,
      ).toEqual([{ key: versionKey('ios-xe', '17.09.04a'), count: 2 }]);
    });
  });
});
