import type { CliSession } from '../cli-session.ts';
import type { Command, CommandResult } from '../command.ts';
import { fetchImage } from '../fetch-image.ts';
import { bareName, readImageUrl } from '../image-url.ts';
import type { Terminal } from '../terminal.ts';
import { type Algorithm, digestOf, readThrough } from './digest-of.ts';

const FOLDER = '/var/tmp';
const LABELS: Readonly<Record<Algorithm, string>> = { sha256: 'SHA256', sha512: 'SHA512', md5: 'MD5' };

export const junosFiles: readonly Command[] = [
  { words: 'file list <word>', help: 'List files', run: (session, [path = '']) => list(session, path, false) },
  { words: 'file list <word> detail', help: 'List files', run: (session, [path = '']) => list(session, path, true) },
  { words: 'file checksum sha-256 <word>', help: 'Compute a digest', talk: checksum('sha256') },
  { words: 'file checksum sha256 <word>', help: 'Compute a digest', talk: checksum('sha256') },
  { words: 'file checksum md5 <word>', help: 'Compute a digest', talk: checksum('md5') },
  { words: 'file rename <word> <word>', help: 'Rename a file', run: rename },
  { words: 'file delete <word>', help: 'Delete a file', run: remove },
  { words: 'file copy <word> <word>', help: 'Copy a file', talk: copy },
];

function list({ machine }: CliSession, path: string, detail: boolean): CommandResult {
  const wanted = bareName(path);
  const { files } = machine.flash;
  const shown =
    wanted === ''
      ? files
      : files.filter(({ name }) => (wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted));
  if (shown.length === 0) {
    return {
      text: wanted === '' ? `\n${FOLDER}:\ntotal files: 0\n` : `${FOLDER}/${wanted}: No such file or directory\n`,
    };
  }
  const folder = wanted === '' ? `\n${FOLDER}:\n` : '';
  if (!detail)
    return { text: `${folder}${shown.map(({ name }) => `${wanted === '' ? '' : `${FOLDER}/`}${name}`).join('\n')}\n` };
  const blocks = shown.reduce((sum, { sizeBytes }) => sum + Math.ceil(sizeBytes / 512), 0);
  const lines = shown.map(({ name, sizeBytes, changedAt }) => {
    const [, day = '', month = ''] = /^\w+, (\d+) (\w+)/u.exec(changedAt.toUTCString()) ?? [];
    const time = changedAt.toISOString().slice(11, 16);
    const shownName = wanted === '' ? name : `${FOLDER}/${name}`;
    return `-rw-r--r--  1 ${machine.device.user}  wheel ${String(sizeBytes).padStart(12)} ${month} ${day} ${time} ${shownName}`;
  });
  return { text: `${folder}total blocks: ${blocks}\n${lines.join('\n')}\ntotal files: ${shown.length}\n` };
}

function checksum(algorithm: Algorithm) {
  return async ({ machine }: CliSession, [path = '']: readonly string[], terminal: Terminal): Promise<void> => {
    const name = bareName(path);
    const file = machine.flash.find(name);
    if (file === undefined) {
      terminal.print(`error: /usr/bin/${algorithm}: ${FOLDER}/${name}: No such file or directory\n`);
      return;
    }
    await readThrough(machine, file, () => {});
    if (machine.has('digest_without_result')) return;
    const digest = digestOf(machine, file, algorithm) ?? '';
    terminal.print(`${LABELS[algorithm]} (${FOLDER}/${name}) = ${digest}\n`);
  };
}

function rename({ machine }: CliSession, [from = '', to = '']: readonly string[]): CommandResult {
  const done = machine.flash.rename(bareName(from), bareName(to));
  return { text: done ? '' : `error: could not rename ${from}: No such file or directory\n` };
}

function remove({ machine }: CliSession, [path = '']: readonly string[]): CommandResult {
  const done = machine.flash.remove(bareName(path));
  return { text: done ? '' : `rm: ${path}: No such file or directory\n` };
}

async function copy(
  { machine }: CliSession,
  [from = '', to = '']: readonly string[],
  terminal: Terminal,
): Promise<void> {
  const url = readImageUrl(from);
  const name = bareName(to) === '' ? bareName(url?.path ?? '') : bareName(to);
  if (url === null || url.host === null || url.path === null) {
    terminal.print(`error: could not fetch local copy of file ${from}\n`);
    return;
  }
  const user = url.user ?? machine.device.user;
  const asks = (url.scheme === 'scp' || url.scheme === 'sftp') && url.password === null;
  const password = asks ? await terminal.ask(`${user}@${url.host}'s password: `, 'secret') : url.password;
  const { imageServerPassword: wanted, images } = machine.surroundings;
  const image = images.get(bareName(url.path));
  if (asks && wanted !== null && password !== wanted) {
    terminal.print(
      `${user}@${url.host}: Permission denied (publickey,password).\nerror: file-fetch failed\nerror: could not fetch local copy of file ${from}\n`,
    );
    return;
  }
  if (image === undefined) {
    terminal.print(
      `scp: /${url.path}: No such file or directory\nerror: file-fetch failed\nerror: could not fetch local copy of file ${from}\n`,
    );
    return;
  }
  const dies = machine.has('copy_dies');
  const { complete } = await fetchImage(machine, image, name, (bytes) => {
    const percent = Math.floor((bytes / image.sizeBytes) * 100);
    const megabytes = Math.floor(bytes / 1_048_576);
    terminal.print(
      `\r${image.fileName.slice(0, 40).padEnd(41)}${String(percent).padStart(3)}% ${megabytes}MB   1.3MB/s`,
    );
    if (dies && percent > 50) terminal.cut();
  });
  terminal.print(complete ? '\n' : `\nscp: ${FOLDER}/${name}: No space left on device\nerror: file-fetch failed\n`);
}
