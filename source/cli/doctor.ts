import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import type { ProcessRole } from '../postgres/safe-role.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { checkDisk } from './doctor/disk.ts';
import { fail, type Finding, findingLines, ok, reason } from './doctor/finding.ts';
import { checkPostgres } from './doctor/postgres.ts';
import { checkServed } from './doctor/served.ts';
import { checkSurroundings } from './doctor/surroundings.ts';
import { checkTelemetryWriting } from './doctor/telemetry-writing.ts';
import { checkTelemetry } from './doctor/telemetry.ts';
import { print, type Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'doctor',
    purpose:
      'Says what is reachable, which version the tables have, and what to do about what is amiss. Exits 1 if something is.',
    flags: {
      for: {
        type: 'string',
        placeholder: 'PROCESS',
        help: 'what PG_USER is for: console (if left out), worker or reader',
      },
      json: { type: 'boolean', help: 'print {"ok": ..., "findings": [...]}' },
    },
    examples: ['doctor', 'doctor --for worker --json'],
  });
  const role = roleOf(flags.for ?? 'console');
  const findings = [...checkSurroundings(shell), ...(await checkConnections(shell.env, role))];
  const healthy = findings.every(({ state }) => state !== 'fail');
  if (flags.json) print(shell.stdout, JSON.stringify({ ok: healthy, findings }));
  else print(shell.stdout, ...findings.flatMap(findingLines));
  return healthy ? 0 : 1;
};

const ROLES = new Map<string, ProcessRole>([
  ['console', 'app_user'],
  ['worker', 'netup_worker'],
  ['reader', 'netup_readonly'],
]);

function roleOf(process: string): ProcessRole {
  const role = ROLES.get(process);
  if (role !== undefined) return role;
  const known = [...ROLES.keys()].join(', ');
  throw new UserError(`netup-tui doctor: --for is one of ${known}, not ${quoted(process)}.`, { exitCode: 2 });
}

async function checkConnections(env: NodeJS.ProcessEnv, role: ProcessRole): Promise<readonly Finding[]> {
  let context;
  try {
    context = openContext(env);
  } catch (error) {
    return [fail('variables', reason(error), 'README.md lists the variables.')];
  }
  try {
    const [postgres, telemetry, writing] = await Promise.all([
      checkPostgres(context, env, role),
      checkTelemetry(context),
      checkTelemetryWriting(context),
    ]);
    return [
      ok('variables', 'every value can be read'),
      ...postgres,
      telemetry,
      ...writing,
      ...checkDisk(context),
      ...checkServed(context),
    ];
  } finally {
    await context.close();
  }
}
