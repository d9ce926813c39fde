import type { CliSession } from '../cli-session.ts';
import { type Command, type CommandResult } from '../command.ts';
import type { FlashFile } from '../flash.ts';
import { bareName } from '../image-url.ts';
import type { Terminal } from '../terminal.ts';
import { type Algorithm, digestOf, readThrough } from './digest-of.ts';
import { iosXeCopy } from './ios-xe-copy.ts';
import { drive } from './ios-xe-names.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const iosXeFiles: readonly Command[] = [
  { words: 'dir', help: 'List files on a filesystem', run: (session) => directory(session, '') },
  { words: 'dir <word>', help: 'List files on a filesystem', run: (session, [name = '']) => directory(session, name) },
  { words: 'copy <word> <word>', help: 'Copy from one file to another', talk: iosXeCopy },
  { words: 'verify /sha512 <word>', help: 'Verify a file', talk: verify('sha512') },
  { words: 'verify /md5 <word>', help: 'Verify a file', talk: verify('md5') },
  { words: 'rename <word> <word>', help: 'Rename a file', talk: rename },
  {
    words: 'delete <word>',
    help: 'Delete a file',
    talk: (session, [name = ''], terminal) => ask(session, name, terminal),
  },
  {
    words: 'delete /force <word>',
    help: 'Delete a file',
    run: (session, [name = '']) => ({ text: remove(session, name) }),
  },
];

function directory({ machine }: CliSession, name: string): CommandResult {
  const place = drive(machine.device);
  const wanted = bareName(name);
  const { files, freeBytes, totalBytes } = machine.flash;
  // `dir flash:netup*` as well as one name.
  const shown = wanted === '' ? files : files.filter((file) => fits(file.name, wanted));
  if (shown.length === 0 && wanted !== '')
    return { text: `%Error opening ${place}:/${wanted} (No such file or directory)\n` };
  const lines = shown.map((file, at) => line(file, at + 11)).join('\n');
  return {
    text: `Directory of ${place}:/${wanted}\n\n${lines}\n\n${totalBytes} bytes total (${freeBytes} bytes free)\n`,
  };
}

function fits(name: string, wanted: string): boolean {
  return wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

function line({ name, sizeBytes, changedAt }: FlashFile, index: number): string {
  const month = MONTHS[changedAt.getUTCMonth()] ?? '';
  const time = changedAt.toISOString().slice(11, 19);
  const date = `${month} ${changedAt.getUTCDate()} ${changedAt.getUTCFullYear()} ${time} +00:00`;
  return `${String(index).padEnd(6)}  -rw-  ${String(sizeBytes).padStart(15)}  ${date}  ${name}`;
}

function verify(algorithm: Algorithm) {
  return async ({ machine }: CliSession, [path = '']: readonly string[], terminal: Terminal): Promise<void> => {
    const place = drive(machine.device);
    const name = bareName(path);
    const file = machine.flash.find(name);
    if (file === undefined) {
      terminal.print(`%Error verifying ${place}:/${name} (No such file or directory)\n`);
      return;
    }
    await readThrough(machine, file, () => terminal.print('.'));
    terminal.print('Done!\n');
    const digest = digestOf(machine, file, algorithm);
    if (machine.has('digest_without_result')) {
      terminal.print(`verify /${algorithm} ${place}:${name} ${digest ?? ''}\n`);
      return;
    }
    terminal.print(
      digest === null ? '%Error computing the hash\n' : `verify /${algorithm} (${place}:${name}) = ${digest}\n\n`,
    );
  };
}

async function rename(
  { machine }: CliSession,
  [from = '', to = '']: readonly string[],
  terminal: Terminal,
): Promise<void> {
  const place = drive(machine.device);
  const proposed = bareName(to);
  const answer = await terminal.ask(`Destination filename [${proposed}]? `);
  const name = bareName(answer.trim() === '' ? proposed : answer.trim());
  if (machine.flash.find(name) !== undefined) {
    terminal.print(`%Error renaming ${place}:${bareName(from)} (File exists)\n`);
  } else if (!machine.flash.rename(bareName(from), name)) {
    terminal.print(`%Error renaming ${place}:${bareName(from)} (No such file or directory)\n`);
  }
}

async function ask(session: CliSession, path: string, terminal: Terminal): Promise<void> {
  const name = bareName(path);
  await terminal.ask(`Delete filename [${name}]? `);
  const answer = await terminal.ask(`Delete ${drive(session.machine.device)}:/${name}? [confirm]`, 'key');
  if (answer === '' || /^y$/iu.test(answer)) terminal.print(remove(session, path));
}

function remove({ machine }: CliSession, path: string): string {
  const name = bareName(path);
  return machine.flash.remove(name)
    ? ''
    : `%Error deleting ${drive(machine.device)}:/${name} (No such file or directory)\n`;
}
