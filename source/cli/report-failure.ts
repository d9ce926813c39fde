import { existsSync } from 'node:fs';
import { secretRemover } from '../config/secrets.ts';
import { writeCrashReport } from '../config/crash-report.ts';
import { findPaths, type Paths } from '../config/paths.ts';
import { UserError } from '../config/user-error.ts';
import { cleanLine, cleanText } from '../model/text.ts';
import { print, type Shell } from './shell.ts';

/** Exit code of a defect of ours, after sysexits' EX_SOFTWARE. */
export const DEFECT = 70;

/**
 * Errors whose message is already a sentence for people. By name, because their classes come with whole drivers that most commands
 * never load.
 */
const SPEAKING = ['UpgradeRefused', 'DeviceError', 'DatabaseUnavailable', 'OutcomeUnknown', 'TelemetryUnavailable'];

/** Tells people what went wrong and returns the exit code: a sentence for what they can mend, a crash report for what they cannot. */
export function reportFailure(error: unknown, command: string, shell: Shell): number {
  const removeSecrets = secretRemover(shell.env);
  const say = (text: string): void => print(shell.stderr, cleanText(removeSecrets(text)));
  if (error instanceof UserError) {
    say(error.message);
    return error.exitCode;
  }
  if (error instanceof Error && SPEAKING.includes(error.name)) {
    say(error.message);
    return 1;
  }
  const paths = findPaths(shell.env);
  const report = writeCrashReport(paths, error, {
    command: command === '' ? 'console' : command,
    terminal: { columns: process.stdout.columns, rows: process.stdout.rows },
    removeSecrets,
    now: new Date(),
  });
  for (const line of [...defectLines(error, report), ...logLines(paths)]) say(line);
  return DEFECT;
}

/** What people are told of a defect. */
export function defectLines(error: unknown, reportPath: string | null): readonly string[] {
  const summary = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return [
    `netup-tui stopped because of a defect: ${cleanLine(summary.split('\n')[0] ?? '')}`,
    reportPath === null
      ? 'The report could not be written.'
      : `The report is in ${reportPath}; it has no secrets, please send it along.`,
  ];
}

/** Where the log is, if there is one. */
export function logLines({ log }: Pick<Paths, 'log'>): readonly string[] {
  return existsSync(log) ? [cleanLine(`What happened before is in ${log}.`)] : [];
}
