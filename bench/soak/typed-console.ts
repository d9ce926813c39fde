import { type IPty, spawn } from '@lydell/node-pty';
import { STEPPING } from './program.ts';

/** Moves, screens, dialogs, filters and columns; nothing that ends the console or leaves it. It is read-only besides. */
const MOVES = ['j', 'k', '\u0006', '\u0002', 'g', 'G', '\r', '\r', '\u001B', '\u001B', '[', ']'];
const SCREENS = [
  'T',
  'A',
  'L',
  'S',
  'U',
  'P',
  '?',
  'z',
  'w',
  'W',
  'c',
  's',
  '>',
  '<',
  'I',
  ' ',
  'v',
  '*',
  '-',
  'e',
  '\f',
];
const LINES = ['/core\u001B', '/site==ams\r', '/model=MX\r', ':routers\r', ':upgrades\r', ':triage\r'];
const KEYS: readonly string[] = [...MOVES, ...MOVES, ...SCREENS, ...LINES];
const SIZES = [
  [200, 50],
  [120, 40],
  [80, 24],
] as const;
const RESIZE_ONE_IN = 400;
const GAP_MS = 12;
/** Ink begins each frame so (synchronized output). */
const FRAME = '\u001B[?2026h';

/** The console in a pseudo-terminal, at which somebody types at random and does not stop. */
export class TypedConsole {
  readonly #pty: IPty;
  readonly #random: () => number;
  readonly #timer: NodeJS.Timeout;
  /** What it printed last. */
  #tail = '';
  frames = 0;
  keys = 0;
  exitCode: number | null = null;

  constructor(argv: readonly string[], env: NodeJS.ProcessEnv, random: () => number) {
    this.#random = random;
    const [cols, rows] = SIZES[0];
    const terminal = { TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8' };
    this.#pty = spawn(process.execPath, [...STEPPING, 'bin/netup-tui.js', ...argv], {
      cols,
      rows,
      env: { ...env, ...terminal },
    });
    this.#pty.onData((data) => {
      // A mark may be in two pieces.
      const text = this.#tail.slice(-FRAME.length + 1) + data;
      this.frames += text.split(FRAME).length - 1;
      this.#tail = (this.#tail + data).slice(-4000);
    });
    this.#pty.onExit(({ exitCode }) => {
      this.exitCode = exitCode;
    });
    this.#timer = setInterval(() => this.#press(), GAP_MS);
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** For a message about what went wrong. */
  get tail(): string {
    return this.#tail;
  }

  stepClock(): void {
    process.kill(this.#pty.pid, 'SIGUSR2');
  }

  stopTyping(): void {
    clearInterval(this.#timer);
  }

  quit(): void {
    if (this.exitCode === null) this.#pty.write('\u0003');
  }

  kill(): void {
    this.stopTyping();
    if (this.exitCode === null) this.#pty.kill('SIGKILL');
  }

  #press(): void {
    if (this.exitCode !== null) return;
    this.keys += 1;
    if (this.#random() < 1 / RESIZE_ONE_IN) {
      const [columns, rows] = this.#pick(SIZES) ?? SIZES[0];
      this.#pty.resize(columns, rows);
    } else {
      this.#pty.write(this.#pick(KEYS) ?? 'j');
    }
  }

  #pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.#random() * list.length)];
  }
}
