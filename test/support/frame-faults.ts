import type { TestTerminal } from './terminal.ts';

/** What a program that draws frames may send: movement, erasing, colours, modes and regions by CSI, and whether it is well; the clipboard by OSC 52. */
// oxlint-disable-next-line no-control-regex -- these are what it is about
const ALLOWED =
  /\u001b\[[?>=<]?[\d;:]*[ABCDEFGHJKLMPSTXZ@dfhlmrsuq]|\u001b\[5n|\u001b[78=>]|\u001b\]52;c;[A-Za-z\d+/=]*(?:\u0007|\u001b\\)/gu;
/** Controls, and what turns the direction of text around. */
// oxlint-disable-next-line no-control-regex -- these are what it is about
const STRAY = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u;

/** What is wrong with the frame on a terminal, and with what was written since `from`, an index of its chunks; empty if nothing is. */
export function frameFaults(terminal: TestTerminal, from: number): readonly string[] {
  const written = terminal.stdout.chunks.slice(from).join('');
  const left = written.replaceAll(ALLOWED, '');
  const stray = STRAY.exec(left);
  return [
    ...(stray === null
      ? []
      : [
          `stray ${JSON.stringify(stray[0])} in ${JSON.stringify(left.slice(Math.max(0, stray.index - 20), stray.index + 20))}`,
        ]),
    ...terminal.wrappedRows().map((row) => `row ${row} is wider than the screen`),
    ...(terminal.scrolledOut === 0 ? [] : [`${terminal.scrolledOut} rows went out at the top`]),
    ...(terminal.isAlternate ? [] : ['it left the alternate screen']),
  ];
}
