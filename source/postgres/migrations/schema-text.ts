import type { Migration } from './migration-files.ts';

/** The table that says which migrations a database has. Readable by every process, so that each can see whether it fits. */
export const JOURNAL = `CREATE TABLE IF NOT EXISTS schema_migrations (
  name text PRIMARY KEY,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON schema_migrations TO PUBLIC;
`;

/** All migrations as one script for psql on an empty database: what docker-compose mounts. */
export function schemaText(migrations: readonly Migration[]): string {
  const parts = migrations.map(
    ({ name, text, checksum }) =>
      `-- ${name}\nBEGIN;\n${text}RESET ROLE;\nINSERT INTO schema_migrations (name, checksum) VALUES ('${name}', '${checksum}');\nCOMMIT;\n`,
  );
  return ['-- Generated from sql/migrations by `npm run schema`: do not edit.\n', JOURNAL, ...parts].join('\n');
}
