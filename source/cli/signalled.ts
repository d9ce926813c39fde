import process from 'node:process';
import { UserError } from '../config/user-error.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Signalled {
  /** Aborts when the process is told to end. */
  readonly signal: AbortSignal;
  /** Lets signals end the process again, as they do without us. */
  release(): void;
}

/** Watches for the signals that end a process, so that it can put away what it started; `sentence` says how it was left. */
export function signalled(sentence = 'Stopped before it was ready.'): Signalled {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new UserError(sentence, { exitCode: 130 }));
  for (const name of SIGNALS) process.on(name, abort);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, abort);
    },
  };
}
