import type { Socket } from 'node:net';
import type { ServerChannel, Session as SshSession } from 'ssh2';
import { UserError } from '../config/user-error.ts';
import { cleanLine } from '../model/text.ts';
import {
  type ConsoleEnd,
  type OpenConsole,
  termOf,
  terminalVariable,
  type TerminalEnvironment,
} from './console-login.ts';
import type { Vouched } from './identity/find-vouched.ts';
import type { SessionCrashes } from './session-crashes.ts';
import { openSessionTerminal, resize, type SessionTerminal, windowOf, type WindowSize } from './session-terminal.ts';

/** How long a client has to take the last lines. */
const FAREWELL_MS = 2000;
const RESIZE_MS = 50;

const NOTHING_ELSE = 'This server has the console and nothing else: connect without a command.';
const NO_TERMINAL = 'The console needs a terminal: connect with ssh -t.';

export interface SessionParts {
  readonly socket: Socket;
  readonly vouched: Vouched;
  readonly remote: string;
  /** `ssh/12` */
  readonly name: string;
  readonly crashes: SessionCrashes;
  readonly openConsole: OpenConsole;
  /** What the operator is told of a defect of ours; writes the report. */
  readonly onDefect: (error: unknown) => readonly string[];
  /** Why no further console may be opened now; null: it may. */
  readonly full: () => string | null;
  readonly onOpen: () => void;
  readonly onClose: () => void;
}

/** The one console of a connection. */
export class ConsoleSession {
  readonly #parts: SessionParts;
  readonly #ending = new AbortController();
  #environment: TerminalEnvironment = { TERM: 'xterm' };
  #size: WindowSize | null = null;
  #terminal: SessionTerminal | null = null;
  #isResizing = false;

  constructor(session: SshSession, parts: SessionParts) {
    this.#parts = parts;
    session.on('pty', (accept: Answer, _reject: Answer, info) => {
      this.#size = windowOf(info);
      this.#environment = { ...this.#environment, TERM: termOf(info.term) };
      accept?.();
    });
    session.on('env', (accept: Answer, reject: Answer, { key, val }: { key?: string; val?: string }) => {
      const known = terminalVariable(key ?? '', val ?? '');
      if (known === null) return reject?.();
      this.#environment = { ...this.#environment, ...known };
      accept?.();
    });
    session.on('window-change', (accept: Answer, _reject: Answer, info) => {
      this.#size = windowOf(info);
      this.#resizeSoon();
      accept?.();
    });
    session.on('shell', (accept) => void this.#shell(accept()));
    session.on('exec', (accept) => this.#refuse(accept(), NOTHING_ELSE));
    session.on('subsystem', (accept) => this.#refuse(accept(), NOTHING_ELSE));
  }

  /** Ends it; the operator reads the sentence. */
  end(sentence: string): void {
    this.#ending.abort(sentence);
  }

  /** Ends it because of a defect that it met. */
  crash(error: unknown): void {
    this.#ending.abort(error instanceof Error ? error : new Error(String(error)));
  }

  #inSession(work: () => void): void {
    try {
      this.#parts.crashes.run(this, work);
    } catch (error) {
      this.crash(error);
    }
  }

  /** A new size has all drawn again: not for each of many that come together, nor while the line has not taken the last one. */
  #resizeSoon(): void {
    const terminal = this.#terminal;
    if (terminal === null || this.#isResizing) return;
    this.#isResizing = true;
    const now = (): void => {
      this.#isResizing = false;
      const size = this.#size;
      if (size !== null && !terminal.stdout.destroyed) this.#inSession(() => resize(terminal, size));
    };
    const { stdout } = terminal;
    setTimeout(() => (stdout.writableNeedDrain ? void stdout.once('drain', now) : now()), RESIZE_MS);
  }

  #refuse(channel: Accepted, sentence: string): void {
    if (channel === undefined) return;
    channel.stderr.write(`${sentence}\r\n`);
    channel.resume();
    this.#leave(channel, 1);
  }

  async #shell(channel: Accepted): Promise<void> {
    const { socket, full, onOpen, onClose } = this.#parts;
    if (channel === undefined) return;
    const size = this.#size;
    const sentence = size === null ? NO_TERMINAL : full();
    if (size === null || sentence !== null) return this.#refuse(channel, sentence ?? NO_TERMINAL);
    const terminal = openSessionTerminal(channel, socket, size, (work) => this.#inSession(work));
    this.#terminal = terminal;
    onOpen();
    try {
      const { lines, code } = await this.#parts.crashes.run(this, () => this.#run(terminal));
      for (const line of lines) terminal.stdout.write(`${cleanLine(line)}\n`);
      await written(terminal);
      this.#leave(channel, code);
    } finally {
      onClose();
    }
  }

  async #run(terminal: SessionTerminal): Promise<ConsoleEnd> {
    const { vouched, remote, name, openConsole, onDefect } = this.#parts;
    const ending = this.#ending.signal;
    try {
      return await openConsole({ vouched, remote, name, environment: this.#environment, terminal, ending });
    } catch (error) {
      return { lines: error instanceof UserError ? [error.message] : onDefect(error), code: 1 };
    }
  }

  /** Says goodbye, and hangs up on a client that does not answer it. */
  #leave(channel: ServerChannel, code: number): void {
    const { socket } = this.#parts;
    channel.exit(code);
    channel.end();
    const timer = setTimeout(() => socket.destroy(), FAREWELL_MS);
    socket.once('close', () => clearTimeout(timer));
    channel.once('close', () => socket.end());
  }
}

/** ssh2 leaves it out where the client wants no answer. */
type Answer = (() => void) | undefined;

/** And gives none of a session that has ended, or has one. */
type Accepted = ServerChannel | undefined;

/** Resolves when the client has taken all that was written, is gone, or is too slow. */
function written({ stdout }: SessionTerminal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, FAREWELL_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    stdout.once('close', done);
    stdout.end(done);
  });
}
