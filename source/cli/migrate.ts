import { readSettings } from '../config/environment.ts';
import { cleanLine } from '../model/text.ts';
import { migrate, type MigrateReport } from '../postgres/migrate.ts';
import { readCommandLine } from './command-line.ts';
import { adminSettings } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { print, type Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'migrate',
    purpose:
      'Makes the tables, or brings them up to date; carries a database of version 1 over. Uses PG_ADMIN_USER and PG_ADMIN_PASSWORD. Safe to run again, and while others run it.',
    flags: {
      dryRun: { type: 'boolean', help: 'only say what would be done' },
      json: {
        type: 'boolean',
        help: 'print {"applied": [...], "pending": [...]}, and "fromV1" with a database of version 1',
      },
    },
    examples: ['migrate --dry-run'],
  });
  const settings = readSettings(shell.env);
  const admin = adminSettings(settings, 'migrate');
  if (flags.dryRun !== true) refuseIfReadOnly({ settings }, 'make or update the tables');
  const say = (text: string): void => (flags.json ? undefined : print(shell.stdout, text));
  const result = await migrate(admin, {
    dryRun: flags.dryRun,
    onMigration: (name) => say(`applying ${name}`),
    onPhase: say,
  });
  if (flags.json) print(shell.stdout, JSON.stringify(result));
  else print(shell.stdout, ...result.pending.map((name) => `would apply ${name}`), ...linesOfV1(result));
  say(summary(result));
  return 0;
};

function linesOfV1({ fromV1, pending }: MigrateReport): readonly string[] {
  if (fromV1 === undefined) return [];
  const { rows, leftBehind } = fromV1;
  const counts = Object.entries(rows).map(([name, count]) => `${name} ${count}`);
  const [done, stay] = pending.length > 0 ? ['would be carried', 'would stay'] : ['carried', 'stay'];
  return [
    `rows ${done} over from version 1: ${counts.join(', ')}`,
    ...(leftBehind.length === 0
      ? []
      : [cleanLine(`without a place here, so they ${stay} in netup_v1 alone: ${leftBehind.join(', ')}`)]),
  ];
}

function summary({ applied, pending }: MigrateReport): string {
  if (pending.length > 0) return `${pending.length} to apply; run \`netup-tui migrate\`.`;
  return applied.length > 0 ? `${applied.length} applied; the tables are up to date.` : 'The tables are up to date.';
}
