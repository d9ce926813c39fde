import stringWidth from 'string-width';
import { type Look, lookAfter, PLAIN } from './looks.ts';
import { SINGLE_CELLS } from './single-cell.ts';

/** A line of a frame, taken apart into cells as far as every terminal agrees on where they are. */
export interface Cells {
  /** A character each. Blanks at the end are left out. */
  readonly text: readonly string[];
  readonly looks: readonly Look[];
  /** What comes after the cells, with its sequences: from the first character on that may be wide, or join with another. */
  readonly tail: string;
  /** At the beginning of the tail. */
  readonly tailLook: Look;
  /** Cells of all, as far as we know. */
  readonly width: number;
  /** Whether there is no tail, and all styles are taken back at the end. */
  readonly whole: boolean;
}

const SINGLE_CELL = new RegExp(SINGLE_CELLS);
const SGR = /\u001B\[([\d;]*)m/y;
const ALL_SGR = /\u001B\[[\d;]*m/g;
/** After the sequences of SGR are gone: links, and whatever else does more than to print. */
const CONTROL = /\p{Control}/u;

/** The lines of some frames. */
const MOST_LINES = 128;
let young = new Map<string, Cells | null>();
let old = new Map<string, Cells | null>();

/** Null if the line holds a sequence that is not known here, so that it has to be written as it is. */
export function cellsOf(line: string): Cells | null {
  const known = young.get(line) ?? old.get(line);
  const cells = known === undefined ? readCells(line) : known;
  if (young.size >= MOST_LINES) {
    old = young;
    young = new Map();
  }
  young.set(line, cells);
  return cells;
}

function readCells(line: string): Cells | null {
  const text: string[] = [];
  const looks: Look[] = [];
  let look = PLAIN;
  for (let at = 0; at < line.length;) {
    const escape = line.indexOf('\u001B', at);
    const end = escape === -1 ? line.length : escape;
    const length = SINGLE_CELL.exec(line.slice(at, end))?.[0].length ?? 0;
    // The last of them may be what a mark, that comes next, stands on.
    const kept = at + length < end || (end < line.length && length > 0 && marksFollow(line, end)) ? length - 1 : length;
    for (let index = 0; index < kept; index += 1) {
      text.push(line.charAt(at + index));
      looks.push(look);
    }
    at += Math.max(0, kept);
    if (at < end) return withTail(line, at, { text, looks, look });
    if (escape === -1) break;
    SGR.lastIndex = escape;
    const after = lookAfter(look, SGR.exec(line)?.[1] ?? 'unknown');
    if (after === null) return null;
    look = after;
    at = SGR.lastIndex;
  }
  while (text.at(-1) === ' ' && looks.at(-1) === PLAIN) {
    text.pop();
    looks.pop();
  }
  return { text, looks, tail: '', tailLook: PLAIN, width: text.length, whole: look === PLAIN };
}

/** Whether what comes after the sequences at `from` may join with the character before them. */
function marksFollow(line: string, from: number): boolean {
  const next = line.slice(from).replace(/^(?:\u001B\[[\d;]*m)+/, '');
  return next !== '' && next.charAt(0) !== '\u001B' && SINGLE_CELL.exec(next.charAt(0))?.[0] === '';
}

function withTail(
  line: string,
  from: number,
  { text, looks, look }: { text: string[]; looks: Look[]; look: Look },
): Cells | null {
  const tail = line.slice(from);
  const plain = tail.replace(ALL_SGR, '');
  if (CONTROL.test(plain)) return null;
  return { text, looks, tail, tailLook: look, width: text.length + stringWidth(plain), whole: false };
}
