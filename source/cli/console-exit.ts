import { constants } from 'node:os';
import { findPaths } from '../config/paths.ts';
import type { ConsoleExit } from '../console/run-console.tsx';
import { cleanLine } from '../model/text.ts';
import { DEFECT, defectLines, logLines } from './report-failure.ts';
import { print, type Shell } from './shell.ts';

/** The exit code of a console that has ended, as shells count signals; says what a crash left behind. */
export function exitCode(exit: ConsoleExit, shell: Shell): number {
  if (exit.reason === 'quit') return 0;
  if (exit.reason === 'ended') {
    print(shell.stderr, cleanLine(exit.sentence));
    return 1;
  }
  if (exit.reason === 'signal') return 128 + constants.signals[exit.signal];
  if (exit.reason === 'lost-terminal') return 128 + constants.signals.SIGHUP;
  print(shell.stderr, ...defectLines(exit.error, exit.reportPath), ...logLines(findPaths(shell.env)));
  return DEFECT;
}
