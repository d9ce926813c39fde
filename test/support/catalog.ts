import type postgres from 'postgres';

/** What a database's own objects are, as text that can be compared: one line an object, sorted. */
export async function readCatalog(sql: postgres.Sql): Promise<readonly string[]> {
  const rows = await sql<{ line: string }[]>`
    SELECT format('column %s.%s %s default %s not null %s generated %s identity %s collation %s acl %s',
        c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid), a.attnotnull, a.attgenerated,
        a.attidentity, nullif(a.attcollation, 0)::regcollation,
        (SELECT string_agg(acl::text, ',' ORDER BY acl::text) FROM unnest(a.attacl) AS acl)) AS line
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
    UNION ALL SELECT format('relation %s kind %s owner %s rls %s force %s options %s acl %s bound %s', oid::regclass, relkind,
        relowner::regrole, relrowsecurity, relforcerowsecurity, reloptions,
        (SELECT string_agg(acl::text, ',' ORDER BY acl::text) FROM unnest(relacl) AS acl), pg_get_expr(relpartbound, oid))
      FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
    UNION ALL SELECT format('constraint %s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT format('extension %s', extname) FROM pg_extension
    UNION ALL SELECT format('index %s', pg_get_indexdef(indexrelid))
      FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT format('policy %s on %s for %s to %s using %s check %s', polname, polrelid::regclass, polcmd,
        polroles::regrole[], pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy
    UNION ALL SELECT format('function %s owner %s acl %s: %s', p.oid::regprocedure, proowner::regrole, proacl,
        md5(pg_get_functiondef(p.oid)))
      FROM pg_proc p LEFT JOIN pg_depend e ON e.objid = p.oid AND e.deptype = 'e'
      WHERE pronamespace = 'public'::regnamespace AND e.objid IS NULL
    UNION ALL SELECT format('trigger %s enabled %s', pg_get_triggerdef(t.oid), t.tgenabled)
      FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
      WHERE c.relnamespace = 'public'::regnamespace AND NOT tgisinternal
    UNION ALL SELECT format('view %s: %s', oid::regclass, pg_get_viewdef(oid))
      FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'
    ORDER BY 1`;
  return rows.map(({ line }) => line);
}
