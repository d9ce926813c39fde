import { PassThrough, Writable } from 'node:stream';
import xterm, { type IBufferCell, type Terminal as Emulator } from '@xterm/headless';

const KEYS: Readonly<Record<string, string>> = {
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  home: '\u001b[H',
  end: '\u001b[F',
  pgup: '\u001b[5~',
  pgdn: '\u001b[6~',
  delete: '\u001b[3~',
  'shift+tab': '\u001b[Z',
  esc: '\u001b',
  enter: '\r',
  tab: '\t',
  space: ' ',
  backspace: '\u007f',
};

/** How one cell looks. Colours are RGB numbers or indexes as the program sent them; null is the terminal's own. */
export interface CellStyle {
  readonly text: string;
  readonly color: number | null;
  readonly background: number | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
  readonly underline: boolean;
}

export interface TestTerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Longest wait for a condition, in milliseconds. */
  readonly patience?: number;
}

class FakeInput extends PassThrough {
  readonly isTTY = true;
  isRaw = false;

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

class FakeOutput extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** All that was written, in order. */
  readonly chunks: string[] = [];
  readonly #show: (chunk: string, done: () => void) => void;

  constructor(size: { columns: number; rows: number }, show: (chunk: string, done: () => void) => void) {
    super({ decodeStrings: false });
    this.columns = size.columns;
    this.rows = size.rows;
    this.#show = show;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(String(chunk));
    this.#show(String(chunk), done);
  }

  getWindowSize(): [number, number] {
    return [this.columns, this.rows];
  }
}

/** A terminal for tests: what a program writes goes through a real emulator, and its screen is what is asserted. */
export class TestTerminal {
  readonly stdin = new FakeInput();
  readonly stdout: FakeOutput;
  readonly #emulator: Emulator;
  readonly #patience: number;
  readonly #watchers = new Set<() => void>();

  constructor({ columns = 80, rows = 24, patience = 5000 }: TestTerminalOptions = {}) {
    this.#patience = patience;
    this.#emulator = new xterm.Terminal({
      cols: columns,
      rows,
      allowProposedApi: true,
      convertEol: true,
      scrollback: 100,
    });
    this.stdout = new FakeOutput({ columns, rows }, (chunk, done) => {
      this.#emulator.write(chunk, () => {
        done();
        for (const watcher of this.#watchers) watcher();
      });
    });
  }

  /** Presses keys one after the other, each in a chunk of its own: characters, or names such as `enter`, `down`, `ctrl+l`. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.stdin.write(KEYS[key] ?? controlKey(key) ?? key);
      await this.#heard();
      // A lone Esc is held back for 20 ms, in case it begins a sequence; the next key must not join it.
      if (key === 'esc') await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }

  /** Sends text as it is, in one chunk: as when keys arrive together over a slow line. */
  async type(text: string): Promise<void> {
    this.stdin.write(text);
    await this.#heard();
  }

  /** Pastes, as a terminal with bracketed paste does. */
  async paste(text: string): Promise<void> {
    await this.type(`\u001b[200~${text}\u001b[201~`);
  }

  resize(columns: number, rows: number): void {
    this.#emulator.resize(columns, rows);
    this.stdout.columns = columns;
    this.stdout.rows = rows;
    this.stdout.emit('resize');
  }

  /** The lines on the screen, from top to bottom, without blanks at their ends. */
  screen(): readonly string[] {
    const buffer = this.#emulator.buffer.active;
    return Array.from({ length: this.#emulator.rows }, (_, row) => {
      return (
        buffer
          .getLine(buffer.viewportY + row)
          ?.translateToString(true)
          .trimEnd() ?? ''
      );
    });
  }

  text(): string {
    return this.screen().join('\n');
  }

  /** True while the program shows itself on the alternate screen. */
  get isAlternate(): boolean {
    return this.#emulator.buffer.active.type === 'alternate';
  }

  /** Rows, from 0, that hold what did not fit into the one above: no frame that fits has any. */
  wrappedRows(): readonly number[] {
    const buffer = this.#emulator.buffer.active;
    return Array.from({ length: this.#emulator.rows }, (_, row) => row).filter(
      (row) => buffer.getLine(buffer.viewportY + row)?.isWrapped === true,
    );
  }

  /** How many rows a frame that is too tall has pushed out. */
  get scrolledOut(): number {
    return this.#emulator.buffer.active.baseY;
  }

  /** Resolves when nothing was written for so many milliseconds: what a key leads to has been drawn. */
  async quiet(milliseconds: number): Promise<void> {
    for (let seen = -1; seen !== this.stdout.chunks.length;) {
      seen = this.stdout.chunks.length;
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
    }
  }

  /** What the program asked to be told of the mouse: `none`, or `vt200` for clicks and the wheel. */
  get mouse(): string {
    return this.#emulator.modes.mouseTrackingMode;
  }

  /** The look of a cell; both counted from 0. */
  styleAt(row: number, column: number): CellStyle {
    const buffer = this.#emulator.buffer.active;
    const cell = buffer.getLine(buffer.viewportY + row)?.getCell(column);
    if (cell === undefined) throw new Error(`There is no cell at row ${row}, column ${column}.`);
    return styleOf(cell);
  }

  /** Waits until the screen holds the text, or fits the condition. Fails with the screen as it is then. */
  async waitFor(wanted: string | RegExp | ((screen: readonly string[]) => boolean)): Promise<void> {
    const fits = (): boolean => {
      if (typeof wanted === 'function') return wanted(this.screen());
      return typeof wanted === 'string' ? this.text().includes(wanted) : wanted.test(this.text());
    };
    if (fits()) return;
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const look = (): void => {
        if (!fits()) return;
        stop();
        resolve();
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`Waited ${this.#patience} ms for ${String(wanted)}; the screen is:\n${this.text()}`));
      }, this.#patience);
      this.#watchers.add(look);
    });
  }

  /** Waits until the screen no longer holds the text. */
  waitForGone(text: string): Promise<void> {
    return this.waitFor((screen) => !screen.join('\n').includes(text));
  }

  /** Lets the program read what was sent, and draw. */
  async #heard(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function openTerminal(options?: TestTerminalOptions): TestTerminal {
  return new TestTerminal(options);
}

function controlKey(key: string): string | undefined {
  const letter = /^ctrl\+([a-z])$/u.exec(key)?.[1];
  return letter === undefined ? undefined : String.fromCharCode(letter.charCodeAt(0) - 0x60);
}

function styleOf(cell: IBufferCell): CellStyle {
  return {
    text: cell.getChars(),
    color: cell.isFgDefault() ? null : cell.getFgColor(),
    background: cell.isBgDefault() ? null : cell.getBgColor(),
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    inverse: cell.isInverse() !== 0,
    underline: cell.isUnderline() !== 0,
  };
}
