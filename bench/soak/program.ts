import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { promisify } from 'node:util';

const BIN = 'bin/netup-tui.js';
/** Loads what steps the clock on a signal. */
export const STEPPING = ['--import', new URL('stepping-clock.ts', import.meta.url).pathname] as const;

/** The built program, as a process that stays up. */
export class Program {
  readonly #child: ChildProcess;
  readonly name: string;

  /** What it says goes into `log`. */
  constructor(name: string, argv: readonly string[], env: NodeJS.ProcessEnv, log: string) {
    this.name = name;
    const output = openSync(log, 'a');
    this.#child = spawn(process.execPath, [...STEPPING, BIN, ...argv], { env, stdio: ['ignore', output, output] });
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${this.name} was not started.`);
    return pid;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  stepClock(): void {
    this.#child.kill('SIGUSR2');
  }

  /** The exit code; null if it had to be killed. */
  async stop(): Promise<number | null> {
    if (!this.running) return this.#child.exitCode;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), 60_000);
    await gone;
    clearTimeout(patience);
    return this.#child.exitCode;
  }
}

/** Runs the built program to its end; rejects with what it said if it fails. */
export async function runProgram(argv: readonly string[], env: NodeJS.ProcessEnv, input = ''): Promise<string> {
  const running = promisify(execFile)(process.execPath, [BIN, ...argv], { env, maxBuffer: 64 * 1024 * 1024 });
  running.child.stdin?.end(input);
  return (await running).stdout;
}
