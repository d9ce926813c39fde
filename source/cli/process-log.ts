import { secretRemover } from '../config/secrets.ts';
import { cleanLine } from '../model/text.ts';
import type { Context } from './context.ts';
import { print, type Shell } from './shell.ts';

/** The log of a process that stays up. */
export interface ProcessLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, error: unknown): void;
}

/** To standard output, for whatever keeps the process running, and to the log. */
export function processLog(shell: Shell, { log }: Pick<Context, 'log'>): ProcessLog {
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
