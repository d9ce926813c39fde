import { setTimeout as delay } from 'node:timers/promises';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { type Usage, usageOfTree } from './process-tree.ts';

/** A key that is not answered by then is lost. */
const LOST_MS = 1000;

/** What the terminal received after one key press. */
export interface KeyAnswer {
  /** Milliseconds to the first byte, and to the last one before the next key. */
  readonly first: number;
  readonly settled: number;
  readonly bytes: number;
}

/** A slow line between terminal and program. */
export interface Line {
  readonly bitsPerSecond: number;
  /** There and back. */
  readonly roundTripMs: number;
}

/** How often a slow line hands over what it has carried. */
const CARRY_MS = 10;

const QUESTION = '\u001B[5n';
const ANSWER = '\u001B[0n';

/** A full-screen program in a real pseudo-terminal. */
export class TerminalSession {
  readonly #pty: IPty;
  readonly #startedAt = performance.now();
  readonly #screen: xterm.Terminal;
  /** Whether the screen is kept: only while something is waited for, so that measuring does not pay for it. */
  #watching = true;
  #bytes = 0;
  #lastAt = 0;
  #firstAt: number | null = null;
  #exited = false;
  #line: Line | null = null;
  /** Bytes that a slow line has taken from the program and not yet carried over. */
  #onLine = '';
  #carrier: NodeJS.Timeout | undefined;
  #unread = '';

  constructor(
    command: readonly [string, ...string[]],
    options: { columns: number; rows: number; env: NodeJS.ProcessEnv },
  ) {
    const env = { ...options.env, TERM: 'xterm-256color', COLORTERM: 'truecolor' };
    const [file, ...parameters] = command;
    this.#screen = new xterm.Terminal({ cols: options.columns, rows: options.rows, allowProposedApi: true });
    this.#pty = spawn(file, parameters, { cols: options.columns, rows: options.rows, env, name: 'xterm-256color' });
    this.#pty.onData((data) => {
      if (this.#line === null) this.#receive(data);
      else {
        this.#onLine += data;
        // The line takes no more than it can carry: the program has to wait, as behind a full socket.
        this.#pty.pause();
      }
    });
    this.#pty.onExit(() => {
      this.#exited = true;
    });
  }

  #receive(data: string): void {
    this.#lastAt = performance.now();
    this.#firstAt ??= this.#lastAt - this.#startedAt;
    this.#bytes += Buffer.byteLength(data);
    if (this.#watching) this.#screen.write(data);
    this.#answer(data);
  }

  /** As every terminal does when it is asked whether it is well. */
  #answer(data: string): void {
    const text = this.#unread + data;
    const questions = text.split(QUESTION).length - 1;
    this.#unread = text.slice(-QUESTION.length + 1);
    if (questions > 0) this.write(ANSWER.repeat(questions));
  }

  /** From now on keys and output go over a slow line; null: over none. */
  useLine(line: Line | null): void {
    this.#line = line;
    clearInterval(this.#carrier);
    this.#pty.resume();
    if (line === null) {
      this.#receive(this.#onLine);
      this.#onLine = '';
      return;
    }
    const perCarry = (line.bitsPerSecond / 8 / 1000) * CARRY_MS;
    let credit = 0;
    this.#carrier = setInterval(() => {
      credit = this.#onLine === '' ? perCarry : credit + perCarry;
      const carried = this.#onLine.slice(0, Math.floor(credit));
      if (carried === '') return;
      credit -= Buffer.byteLength(carried);
      this.#onLine = this.#onLine.slice(carried.length);
      if (this.#onLine === '') this.#pty.resume();
      setTimeout(() => this.#receive(carried), line.roundTripMs / 2);
    }, CARRY_MS);
  }

  /** Milliseconds from the start to the first byte; NaN before it. */
  get firstByte(): number {
    return this.#firstAt ?? Number.NaN;
  }

  /** Milliseconds since the start. */
  get age(): number {
    return performance.now() - this.#startedAt;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves to the milliseconds from the start until the screen shows `text`. */
  async waitFor(text: string | RegExp, timeoutMs = 60_000): Promise<number> {
    const shows = (): boolean =>
      this.#lines().some((line) => (typeof text === 'string' ? line.includes(text) : text.test(line)));
    while (!shows()) {
      if (this.#exited)
        throw new Error(`the program ended before it showed ${String(text)}: ${this.#lines().join('\n')}`);
      if (performance.now() - this.#startedAt > timeoutMs) throw new Error(`no ${String(text)} within ${timeoutMs} ms`);
      await delay(2);
    }
    return performance.now() - this.#startedAt;
  }

  /** Ends the keeping of the screen, so that measuring does not pay for it: waitFor is of no use afterwards. */
  stopWatching(): void {
    this.#watching = false;
  }

  /** Keeps the screen again, from the next whole frame on. */
  watchAgain(): void {
    this.#watching = true;
  }

  #lines(): readonly string[] {
    const { active } = this.#screen.buffer;
    return Array.from(
      { length: this.#screen.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
  }

  write(keys: string): void {
    if (this.#line === null) this.#pty.write(keys);
    else setTimeout(() => this.#pty.write(keys), this.#line.roundTripMs / 2);
  }

  /** Presses a key and watches the answer for `gapMs`, longer if none has come by then; null if none came in a second. */
  async press(key: string, gapMs: number): Promise<KeyAnswer | null> {
    const before = this.#bytes;
    const start = performance.now();
    let first: number | null = null;
    this.#pty.write(key);
    const since = (): number => performance.now() - start;
    while (since() < gapMs || (first === null && since() < LOST_MS)) {
      await delay(1);
      if (first === null && this.#bytes > before) first = this.#lastAt - start;
    }
    if (first === null) return null;
    return { first, settled: this.#lastAt - start, bytes: this.#bytes - before };
  }

  usage(): Usage {
    return usageOfTree(this.#pty.pid);
  }

  async close(): Promise<void> {
    clearInterval(this.#carrier);
    if (!this.#exited) this.#pty.kill('SIGTERM');
    for (let waited = 0; !this.#exited && waited < 3000; waited += 20) await delay(20);
    if (!this.#exited) this.#pty.kill('SIGKILL');
  }
}
