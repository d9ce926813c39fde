import type { CliSession } from '../cli-session.ts';
import { type Command, type CommandResult, SILENT } from '../command.ts';
import { fetchImage } from '../fetch-image.ts';
import { bareName, readImageUrl } from '../image-url.ts';
import type { Terminal } from '../terminal.ts';
import { type Algorithm, digestOf, readThrough } from './digest-of.ts';

export const eosFiles: readonly Command[] = [
  { words: 'dir', help: 'List files', run: (session) => directory(session, '') },
  { words: 'dir <word>', help: 'List files', run: (session, [path = '']) => directory(session, path) },
  { words: 'copy <word> <word>', help: 'Copy a file', talk: copy },
  { words: 'verify /sha512 <word>', help: 'Verify a file', talk: verify('sha512') },
  { words: 'verify /sha256 <word>', help: 'Verify a file', talk: verify('sha256') },
  { words: 'verify /md5 <word>', help: 'Verify a file', talk: verify('md5') },
  { words: 'rename <word> <word>', help: 'Rename a file', run: rename },
  { words: 'delete <word>', help: 'Delete a file', run: remove },
];

function directory({ machine }: CliSession, path: string): CommandResult {
  const wanted = bareName(path);
  const { files, totalBytes, freeBytes } = machine.flash;
  const shown =
    wanted === ''
      ? files
      : files.filter(({ name }) => (wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted));
  if (shown.length === 0 && wanted !== '') {
    return { text: `% Error listing directory flash:/${wanted} (No such file or directory)\n` };
  }
  const lines = shown.map(({ name, sizeBytes, changedAt }) => {
    const [, day = '', month = ''] = /^\w+, (\d+) (\w+)/u.exec(changedAt.toUTCString()) ?? [];
    const time = changedAt.toISOString().slice(11, 16);
    return `       -rw-  ${String(sizeBytes).padStart(11)}           ${month} ${String(Number(day)).padStart(2)} ${time}  ${name}`;
  });
  return {
    text: `Directory of flash:/${wanted}\n\n${lines.join('\n')}\n\n${totalBytes} bytes total (${freeBytes} bytes free)\n`,
  };
}

async function copy(
  { machine }: CliSession,
  [from = '', to = '']: readonly string[],
  terminal: Terminal,
): Promise<void> {
  if (/^run/iu.test(from) && /^start/iu.test(to)) {
    machine.saveConfiguration();
    terminal.print('Copy completed successfully.\n');
    return;
  }
  const url = readImageUrl(from);
  if (url === null || url.host === null || url.path === null || !/^flash:/iu.test(to)) {
    terminal.print(`% Error copying ${from} to ${to} (Invalid argument)\n`);
    return;
  }
  const name = bareName(to) === '' ? bareName(url.path) : bareName(to);
  const withUser = url.scheme === 'scp' || url.scheme === 'sftp';
  const user = url.user ?? machine.device.user;
  const password = url.password ?? (withUser ? await terminal.ask(`${user}@${url.host}'s password: `, 'secret') : null);
  const { imageServerPassword: wanted, images } = machine.surroundings;
  const image = images.get(bareName(url.path));
  if (withUser && wanted !== null && password !== wanted) {
    terminal.print(
      `Permission denied, please try again.\n% Error copying ${from} to flash:/${name} (Permission denied)\n`,
    );
    return;
  }
  if (image === undefined) {
    terminal.print(
      `scp: /${url.path}: No such file or directory\n% Error copying ${from} to flash:/${name} (No such file or directory)\n`,
    );
    return;
  }
  const dies = machine.has('copy_dies');
  const { complete } = await fetchImage(machine, image, name, (bytes) => {
    const percent = Math.floor((bytes / image.sizeBytes) * 100);
    terminal.print(
      `\r${image.fileName.slice(0, 40).padEnd(41)}${String(percent).padStart(3)}% ${Math.floor(bytes / 1_048_576)}MB`,
    );
    if (dies && percent > 50) terminal.cut();
  });
  terminal.print(
    complete
      ? '\nCopy completed successfully.\n'
      : `\n% Error copying ${from} to flash:/${name} (No space left on device)\n`,
  );
}

function verify(algorithm: Algorithm) {
  return async ({ machine }: CliSession, [path = '']: readonly string[], terminal: Terminal): Promise<void> => {
    const name = bareName(path);
    const file = machine.flash.find(name);
    if (file === undefined) {
      terminal.print(`% Error verifying flash:/${name} (No such file or directory)\n`);
      return;
    }
    await readThrough(machine, file, () => {});
    if (machine.has('digest_without_result')) return;
    terminal.print(`verify /${algorithm} (flash:/${name}) = ${digestOf(machine, file, algorithm) ?? ''}\n`);
  };
}

function rename({ machine }: CliSession, [from = '', to = '']: readonly string[]): CommandResult {
  const done = machine.flash.rename(bareName(from), bareName(to));
  return { text: done ? '' : `% Error renaming ${from} to ${to} (No such file or directory)\n` };
}

function remove({ machine }: CliSession, [path = '']: readonly string[]): CommandResult {
  const name = bareName(path);
  if (machine.flash.find(name) === undefined)
    return { text: `% Error deleting flash:/${name} (No such file or directory)\n` };
  if (!machine.has('declined_clean_success')) machine.flash.remove(name, machine.has('cleanup_frees_nothing'));
  return SILENT;
}
