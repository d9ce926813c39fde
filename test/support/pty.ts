import path from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const root = path.join(import.meta.dirname, '..', '..');

/** The built program, or another one, in a real pseudo-terminal, seen through a terminal emulator. */
export class PtyProgram {
  readonly #pty: IPty;
  readonly #terminal: xterm.Terminal;
  readonly #changed = new Set<() => void>();
  #showsCursor = true;
  /** Exit code of the program. */
  readonly ended: Promise<number>;

  constructor(
    argv: readonly string[],
    options: { columns: number; rows: number; env: NodeJS.ProcessEnv; program?: string },
  ) {
    const { columns: cols, rows } = options;
    this.#terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true });
    // CI makes Ink believe that there is no terminal; the one that it gets here is as real as any.
    const env = { ...options.env, CI: undefined, TERM: 'xterm-256color', COLORTERM: 'truecolor' };
    const { program } = options;
    // The emulator keeps this to itself.
    for (const [final, shown] of [
      ['h', true],
      ['l', false],
    ] as const) {
      this.#terminal.parser.registerCsiHandler({ prefix: '?', final }, (modes) => {
        if (modes.includes(25)) this.#showsCursor = shown;
        return false;
      });
    }
    const ours = [path.join(root, 'bin', 'netup-tui.js'), ...argv];
    this.#pty = spawn(program ?? process.execPath, program === undefined ? ours : [...argv], {
      cols,
      rows,
      env,
      cwd: root,
    });
    this.#pty.onData((data) => this.#terminal.write(data, () => this.#announce()));
    // Once what it printed last is on the screen, too.
    this.ended = new Promise((resolve) =>
      this.#pty.onExit(({ exitCode }) => this.#terminal.write('', () => resolve(exitCode))),
    );
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** True while the program shows itself on the alternate screen. */
  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  get showsCursor(): boolean {
    return this.#showsCursor;
  }

  screen(): readonly string[] {
    const { active } = this.#terminal.buffer;
    return Array.from(
      { length: this.#terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
  }

  /** What the program asked to be told of the mouse: `none`, or `vt200` for clicks and the wheel. */
  get mouse(): string {
    return this.#terminal.modes.mouseTrackingMode;
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  kill(signal: string): void {
    this.#pty.kill(signal);
  }

  /** Resolves when a line of the screen shows `text`; rejects with the whole screen if that takes too long. */
  async waitFor(text: string | RegExp, patienceMs = 20_000): Promise<void> {
    const shows = (): boolean =>
      this.screen().some((line) => (typeof text === 'string' ? line.includes(text) : text.test(line)));
    if (shows()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!shows()) return;
        this.#changed.delete(look);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#changed.delete(look);
        reject(new Error(`${String(text)} did not appear:\n${this.screen().join('\n')}`));
      }, patienceMs);
      this.#changed.add(look);
    });
  }

  #announce(): void {
    for (const look of this.#changed) look();
  }
}
