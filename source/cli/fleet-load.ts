import { readSettings } from '../config/environment.ts';
import { UserError } from '../config/user-error.ts';
import type { FleetProblem } from '../model/fleet-problem.ts';
import type { ParsedFleet } from '../model/parse-fleet-json.ts';
import { openDatabase } from '../postgres/database.ts';
import { importInventory } from '../postgres/inventory-import.ts';
import { readCommandLine } from './command-line.ts';
import { adminSettings } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { problemLines, reportLines } from './fleet-report.ts';
import { readFleetFile } from './read-fleet-file.ts';
import { print, type Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'fleet load',
    operands: 'FILE',
    count: [1, 1],
    purpose:
      'Adds the routers of a JSON or CSV file (- is standard input) to the inventory and updates those that are there; never deletes. Uses PG_ADMIN_USER.',
    flags: {
      dryRun: { type: 'boolean', help: 'show the difference and write nothing' },
      skipBad: { type: 'boolean', help: 'load the rest if some lines are bad, and list what was left out' },
      organization: { type: 'string', placeholder: 'SLUG', help: 'for CSV files without such a column' },
      json: { type: 'boolean', help: 'print the report as JSON' },
    },
    examples: ['fleet load fleet.json --dry-run', 'fleet load netbox-devices.csv --organization acme-backbone'],
  });
  const settings = readSettings(shell.env);
  const admin = adminSettings(settings, 'fleet load');
  if (flags.dryRun !== true) refuseIfReadOnly({ settings }, 'load a fleet');
  const [name = ''] = operands;
  const parsed = await readFleetFile(name, shell.stdin, flags.organization ?? null);
  const skipBad = flags.skipBad === true;
  const database = openDatabase({ ...admin, poolSize: 1 }, { applicationName: 'netup-tui fleet load' });
  try {
    // With faults in the file it is only tried, so that one run names all the faults that there are.
    const dryRun = flags.dryRun === true || (parsed.problems.length > 0 && !skipBad);
    const report = await importInventory(database, parsed.file, { dryRun, skipBad, actor: null });
    const problems = [...parsed.problems, ...report.problems.map((problem) => withLine(problem, parsed))];
    const refused = problems.length > 0 && !skipBad;
    if (flags.json === true) print(shell.stdout, JSON.stringify({ ...report, problems }));
    else if (!refused) print(shell.stdout, ...reportLines(report, !report.written));
    if (problems.length === 0) return 0;
    if (flags.json !== true) print(shell.stderr, ...problemLines(problems));
    if (refused) throw new UserError(nothingLoaded(name, problems.length));
    print(
      shell.stderr,
      `${problems.length === 1 ? '1 entry was' : `${problems.length} faults; the entries with them were`} left out.`,
    );
    return 0;
  } finally {
    await database.close();
  }
};

/** Faults that only the inventory shows name the router; its line is in the file. */
function withLine(problem: FleetProblem, { lineOfRouter }: Pick<ParsedFleet, 'lineOfRouter'>): FleetProblem {
  const hostname = /^router (?<name>\S+)$/u.exec(problem.where)?.groups?.['name'];
  return problem.line === null && hostname !== undefined ? { ...problem, line: lineOfRouter(hostname) } : problem;
}

function nothingLoaded(file: string, faults: number): string {
  const count = faults === 1 ? '1 fault' : `${faults} faults`;
  return `${file === '-' ? 'The input' : file} has ${count}, so nothing was loaded; mend the file, or load the rest with --skip-bad.`;
}
