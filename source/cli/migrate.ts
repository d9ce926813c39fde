import { readSettings } from '../config/environment.ts';
import { migrate } from '../postgres/migrate.ts';
import { readCommandLine } from './command-line.ts';
import { adminSettings } from './context.ts';
import { print, type Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'migrate',
    purpose:
      'Makes the tables, or brings them up to date. Uses PG_ADMIN_USER and PG_ADMIN_PASSWORD. Safe to run again, and while others run it.',
    flags: {
      dryRun: { type: 'boolean', help: 'only say what would be done' },
      json: { type: 'boolean', help: 'print {"applied": [...], "pending": [...]}' },
    },
    examples: ['migrate --dry-run'],
  });
  const admin = adminSettings(readSettings(shell.env), 'migrate');
  const say = (text: string): void => (flags.json ? undefined : print(shell.stdout, text));
  const result = await migrate(admin, { dryRun: flags.dryRun, onMigration: (name) => say(`applying ${name}`) });
  if (flags.json) print(shell.stdout, JSON.stringify(result));
  else if (flags.dryRun) print(shell.stdout, ...result.pending.map((name) => `would apply ${name}`));
  say(summary(result));
  return 0;
};

function summary({ applied, pending }: { applied: readonly string[]; pending: readonly string[] }): string {
  if (pending.length > 0) return `${pending.length} to apply; run \`netup-tui migrate\`.`;
  return applied.length > 0 ? `${applied.length} applied; the tables are up to date.` : 'The tables are up to date.';
}
