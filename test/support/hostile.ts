import type postgres from 'postgres';

/** Texts that break terminals, tables and careless programs: wide characters, emoji, both directions, escapes, much of it, nothing. */
export const HOSTILE: readonly string[] = [
  '核心路由器-東京-バックボーン',
  '👩‍👩‍👧‍👦🏳️‍🌈🇳🇱 router 🚀',
  'ราคา é̸̡̛͔ zalgo ẅ́',
  'مرحبا \u202Eevil\u202C \u2066iso\u2069 שלום',
  '\u001b[2J\u001b[31mred\u001b]0;owned\u0007\u001b]52;c;ZXZpbA==\u0007',
  '\u009b31m\u0090q\u009c \u0007\b\b\b\r\nnext line\tand tab',
  `long-${'x'.repeat(200)}`,
  ' leading and trailing ',
  "'; DROP TABLE routers; --",
  '<&>"\\${INFLUX_TOKEN}%s%n',
  '\uFEFF\u200B\u00AD\u2028\u2029zero width',
];

/** 10 kB in one name. */
const HUGE = '𝔘'.repeat(2500);

/** Fills every text of an organization that takes anything with hostile ones, and leaves out what may be left out. */
export async function makeHostile(admin: postgres.Sql, organizationId: string): Promise<void> {
  const routers = await admin<{ id: string }[]>`
    SELECT id FROM routers WHERE organization_id = ${organizationId} ORDER BY id`;
  for (const [index, { id }] of routers.entries()) {
    const text = HOSTILE[index % HOSTILE.length] ?? '';
    const nothing = index % 3 === 2;
    await admin`
      UPDATE routers SET hostname = ${`${text}${index}`.slice(0, 250)}, current_ver = ${`${text.slice(0, 40)}1.${index}`},
        target_ver = ${nothing ? null : text}, serial = ${nothing ? null : HUGE}, last_seen_at = ${nothing ? null : admin`now()`}
      WHERE organization_id = ${organizationId} AND id = ${id}`;
  }
  await admin`UPDATE operators SET display_name = ${HOSTILE[3] ?? ''} WHERE name = 'ben'`;
  await admin`UPDATE sites SET city = ${HOSTILE[1] ?? ''} WHERE organization_id = ${organizationId}`;
  await admin`UPDATE organizations SET name = ${HOSTILE[4] ?? ''} WHERE id = ${organizationId}`;
  await admin`UPDATE upgrade_policies SET name = ${HUGE} WHERE organization_id = ${organizationId} AND window_weekday IS NULL`;
  await admin`UPDATE upgrade_policies SET name = ${HOSTILE[5] ?? ''} WHERE organization_id = ${organizationId} AND window_weekday IS NOT NULL`;
}
