import { type Duplex, PassThrough, Writable } from 'node:stream';
import type { Socket } from 'node:net';

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

/** Larger windows are drawn in the upper left: what a frame costs is for us to say, not for the client. */
const LARGEST: WindowSize = { columns: 500, rows: 200 };
const USUAL: WindowSize = { columns: 80, rows: 24 };
/** What may wait for a slow line: beyond it the console makes no more frames until the line has taken this. */
const WAITING_BYTES = 64 * 1024;
/** Nobody types faster; a paste of 100 kB takes a second. */
const INPUT_BYTES = 16 * 1024;
const INPUT_SPAN_MS = 100;

/** What a client says of its window, within bounds. */
export function windowOf({ cols, rows }: { readonly cols: number; readonly rows: number }): WindowSize {
  return {
    columns: cols > 0 ? Math.min(cols, LARGEST.columns) : USUAL.columns,
    rows: rows > 0 ? Math.min(rows, LARGEST.rows) : USUAL.rows,
  };
}

/** Keys, as a terminal in raw mode hands them over. */
class SessionInput extends PassThrough {
  readonly isTTY = true;

  /** The client's terminal is in raw mode already: SSH has it so. */
  setRawMode(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** The screen at the other end of a channel. A write is over when the channel and the socket have taken it. */
class SessionOutput extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly #channel: Duplex;
  readonly #socket: Socket;

  constructor(channel: Duplex, socket: Socket, { columns, rows }: WindowSize) {
    super({ decodeStrings: false, highWaterMark: WAITING_BYTES });
    this.#channel = channel;
    this.#socket = socket;
    this.columns = columns;
    this.rows = rows;
  }

  getWindowSize(): [number, number] {
    return [this.columns, this.rows];
  }

  override _write(chunk: string | Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    // There is no terminal driver on the way that would begin a line at its left.
    const text = String(chunk).replaceAll(/\r?\n/gu, '\r\n');
    // ssh2 hands everything that the client's window takes to the socket, however much waits there already.
    this.#channel.write(text, (error) => {
      if (error || !this.#socket.writableNeedDrain) done(error);
      else this.#socket.once('drain', done);
    });
  }
}

/** The two ends of a session's terminal, for `runConsole`. */
export interface SessionTerminal {
  readonly stdin: SessionInput;
  readonly stdout: SessionOutput;
}

/** Connects a channel to a terminal. `inSession` runs what the client causes as the session's own, so that its errors are too. */
export function openSessionTerminal(
  channel: Duplex,
  socket: Socket,
  size: WindowSize,
  inSession: (work: () => void) => void,
): SessionTerminal {
  const stdin = new SessionInput();
  const stdout = new SessionOutput(channel, socket, size);
  let taken = 0;
  let since = 0;
  const goOn = (): void => void (stdin.writableNeedDrain ? stdin.once('drain', goOn) : channel.resume());
  channel.on('data', (keys: Buffer) => {
    inSession(() => void stdin.write(keys));
    const now = performance.now();
    if (now - since > INPUT_SPAN_MS) {
      since = now;
      taken = 0;
    }
    taken += keys.length;
    if (taken < INPUT_BYTES && !stdin.writableNeedDrain) return;
    channel.pause();
    setTimeout(goOn, INPUT_SPAN_MS);
  });
  const gone = (): void =>
    inSession(() => {
      stdin.end();
      stdout.destroy();
    });
  channel.once('end', () => inSession(() => void stdin.end()));
  channel.once('close', gone);
  channel.once('error', gone);
  socket.once('close', gone);
  return { stdin, stdout };
}

/** Tells the console of a new size. */
export function resize({ stdout }: SessionTerminal, { columns, rows }: WindowSize): void {
  stdout.columns = columns;
  stdout.rows = rows;
  stdout.emit('resize');
}
