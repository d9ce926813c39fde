import { text } from 'node:stream/consumers';
import { UserError } from '../config/user-error.ts';
import type { Shell } from './shell.ts';

const ENTER = ['\r', '\n', '\u0004'];
const CANCEL = '\u0003';
const ERASE = ['\u007f', '\b'];

/** The first line of standard input, for scripts: never an argument, which every user of the machine could read. */
export async function passwordFromStdin({ stdin }: Shell): Promise<string> {
  const [line = ''] = (await text(stdin)).split(/\r?\n/u);
  if (line === '') throw new UserError('--password-stdin was given, and standard input holds no password.');
  return line;
}

/** Asks for the password of a router on the terminal. Throws a `UserError` if there is no terminal. */
export async function askPassword(shell: Shell, question: string): Promise<string> {
  if (shell.stdin.isTTY) return askHidden(shell, question);
  throw new UserError(
    'There is no password and no terminal to ask for it: set NETUP_SSH_PASSWORD, or use --password-stdin.',
  );
}

/** Asks on the terminal, which there must be, showing nothing of what is typed. */
export async function askHidden({ stdin, stderr }: Shell, question: string): Promise<string> {
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.resume();
  stdin.setEncoding('utf8');
  try {
    return await typed(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

async function typed(stdin: NodeJS.ReadStream): Promise<string> {
  let password = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const take = (characters: string): void => {
    for (const character of characters) {
      if (ENTER.includes(character)) resolve(password);
      else if (character === CANCEL) reject(new UserError('No password was given.', { exitCode: 130 }));
      else if (ERASE.includes(character)) password = password.slice(0, -1);
      else password += character;
    }
  };
  stdin.on('data', take);
  return promise.finally(() => stdin.off('data', take));
}
