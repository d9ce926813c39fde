import type { Vouched } from './identity/find-vouched.ts';
import type { SessionTerminal } from './session-terminal.ts';

/** What a client may say of its terminal. Everything else that it would set is refused. */
export interface TerminalEnvironment {
  readonly TERM: string;
  readonly COLORTERM?: string;
  readonly NO_COLOR?: string;
}

/** Somebody who has logged in, at a terminal. */
export interface ConsoleLogin {
  readonly vouched: Vouched;
  /** The client's address. */
  readonly remote: string;
  /** `ssh/12` */
  readonly name: string;
  readonly environment: TerminalEnvironment;
  readonly terminal: SessionTerminal;
  /** Aborts when the session has to end: with a sentence for the operator, or with an Error that is a defect of the session's. */
  readonly ending: AbortSignal;
}

/** How a console ended: what the operator still reads, and the exit code. */
export interface ConsoleEnd {
  readonly lines: readonly string[];
  readonly code: number;
}

/** Opens the console for a login and resolves when it is over. A `UserError` is for the operator to read. */
export type OpenConsole = (login: ConsoleLogin) => Promise<ConsoleEnd>;

const TERM = /^[a-z0-9][a-z0-9.+-]{0,39}$/iu;

/** The name of a terminal, if it can be one. */
export function termOf(name: string | undefined): string {
  return name !== undefined && TERM.test(name) ? name : 'xterm';
}

/** A variable that a client may set: the two that say how many colours there are, with the values that mean something. */
export function terminalVariable(name: string, value: string): Partial<TerminalEnvironment> | null {
  if (name === 'COLORTERM' && (value === 'truecolor' || value === '24bit')) return { COLORTERM: value };
  return name === 'NO_COLOR' && value !== '' ? { NO_COLOR: '1' } : null;
}
