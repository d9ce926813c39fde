import process from 'node:process';

/** What a command has of the world outside: tests hand in their own. */
export interface Shell {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** A command: takes the arguments after its name, returns the exit code. What it throws is reported by `reportFailure`. */
export type Run = (argv: readonly string[], shell: Shell) => Promise<number>;

export const processShell: Shell = {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
};

/** Prints lines for people, or for scripts. */
export function print(stream: NodeJS.WritableStream, ...lines: readonly string[]): void {
  for (const line of lines) stream.write(`${line}\n`);
}
