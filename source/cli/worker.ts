import { workerAuditFiles } from '../config/audit-files.ts';
import { readAuditKey } from '../config/audit-key.ts';
import { secretRemover } from '../config/secrets.ts';
import { cleanLine } from '../model/text.ts';
import { assertSafeRole } from '../postgres/safe-role.ts';
import type { Duty, WorkerLog } from '../upgrades/worker/duty.ts';
import { housekeepingDuties } from '../upgrades/worker/housekeeping/duties.ts';
import { runDutiesOnce, runWorker } from '../upgrades/worker/run-duties.ts';
import { assertTables } from './check-tables.ts';
import { readCommandLine } from './command-line.ts';
import { type Context, openContext } from './context.ts';
import { print, type Run, type Shell } from './shell.ts';
import { signalled } from './signalled.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'worker',
    purpose:
      'Stays up and does the housekeeping for all organizations: makes the months of the audit trail ahead, and signs its checkpoints ' +
      '(see audit key create). It does not carry out upgrades yet. Needs a login that is a member of netup_worker.',
    flags: { once: { type: 'boolean', help: 'do everything once, and end' } },
    examples: ['worker --once'],
  });
  const context = openContext(shell.env);
  try {
    const log = workerLog(shell, context);
    const { database } = context;
    const files = workerAuditFiles(context.settings.audit, context.paths);
    const key = readAuditKey(files.keyFile);
    const duties = housekeepingDuties({ database, key, file: files.checkpoints, log, now: () => new Date() });
    const prepare = async (): Promise<void> => {
      await assertTables(database);
      await assertSafeRole(database, 'netup_worker');
    };
    if (flags.once === true) {
      await prepare();
      await runDutiesOnce(duties);
    } else await stayUp(prepare, duties, log);
    return 0;
  } finally {
    await context.close();
  }
};

async function stayUp(prepare: () => Promise<void>, duties: readonly Duty[], log: WorkerLog): Promise<void> {
  const ending = signalled();
  try {
    await runWorker({ prepare, duties, log, signal: ending.signal });
  } finally {
    ending.release();
  }
}

/** To standard output, for whatever keeps the process running, and to the log. */
function workerLog(shell: Shell, { log }: Context): WorkerLog {
  const removeSecrets = secretRemover(shell.env);
  const say = (message: string): void => print(shell.stdout, cleanLine(removeSecrets(message)));
  return {
    info: (message) => {
      say(message);
      log.info(message);
    },
    warn: (message) => {
      say(message);
      log.warn(message);
    },
    error: (message, err) => {
      say(`${message} ${err instanceof Error ? err.message : String(err)}`);
      log.error({ err }, message);
    },
  };
}
