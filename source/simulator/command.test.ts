import { expect, test } from 'vitest';
import { type Command, resolveCommand, SILENT } from './command.ts';

const COMMANDS: readonly Command[] = [
  'terminal length <number>',
  'copy <word> <word>',
  'dir',
  'dir <word>',
  'delete /force <word>',
  'delete <word>',
].map((words) => ({ words, help: '', run: () => SILENT }));

function resolve(line: string): unknown {
  const resolution = resolveCommand(COMMANDS, line.split(' '));
  return resolution.kind === 'command' ? [resolution.command.words, ...resolution.args] : resolution.kind;
}

test.each<readonly [string, unknown]>([
  ['term len 24', ['terminal length <number>', '24']],
  ['term len x', 'unknown'],
  ['cop SCP://me@Host/a flash:B', ['copy <word> <word>', 'SCP://me@Host/a', 'flash:B']],
  ['copy one', 'incomplete'],
  ['copy one two three', 'unknown'],
  ['dir', ['dir']],
  ['dir flash:', ['dir <word>', 'flash:']],
  ['delete /for flash:x', ['delete /force <word>', 'flash:x']],
  ['delete flash:x', ['delete <word>', 'flash:x']],
  ['d', 'ambiguous'],
])('`%s`', (line, expected) => {
  expect(resolve(line)).toStrictEqual(expected);
});
