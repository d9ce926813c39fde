import { createInterface } from 'node:readline/promises';
import type { Shell } from './shell.ts';

/** Asks on the terminal, which there must be. Anything but y or yes is no, and so are Ctrl-C and Ctrl-D. */
export async function askYes({ stdin, stderr }: Shell, question: string): Promise<boolean> {
  const terminal = createInterface({ input: stdin, output: stderr, terminal: true });
  const left = new Promise<string>((resolve) =>
    terminal.once('SIGINT', () => resolve('')).once('close', () => resolve('')),
  );
  try {
    const answer = await Promise.race([terminal.question(`${question} [y/N] `), left]);
    return /^y(?:es)?$/iu.test(answer.trim());
  } finally {
    terminal.close();
  }
}
