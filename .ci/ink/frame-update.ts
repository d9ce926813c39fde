import { type Cells, cellsOf } from './cells.ts';
import { PLAIN } from './looks.ts';
import { Pen } from './pen.ts';
import { findShift, shifted } from './shift.ts';

/**
 * What turns one frame on the screen into another: only the cells that differ are written, and a block of lines that moved is moved by the
 * terminal. For frames that fill the screen: rows count from its top. Afterwards the cursor is in the last row, and no style is set.
 * Null if a line of them cannot be taken apart; then the frame has to be written in another way.
 */
export function frameUpdate(previous: readonly string[], next: readonly string[], columns: number): string | null {
  const pen = new Pen();
  const shift = findShift(previous, next);
  let before = previous;
  if (shift !== null) {
    pen.scroll(shift.top, shift.bottom, shift.by);
    before = shifted(previous, shift);
  }
  for (const [row, line] of next.entries()) {
    const old = before[row] ?? '';
    if (old === line) continue;
    const [from, to] = [cellsOf(old), cellsOf(line)];
    if (from === null || to === null || from.width > columns || to.width > columns) return null;
    updateLine(pen, row, from, to);
  }
  pen.setLook(PLAIN);
  if (pen.row !== next.length - 1) pen.moveTo(next.length - 1, 0);
  return pen.written;
}

function updateLine(pen: Pen, row: number, from: Cells, to: Cells): void {
  const certain = Math.min(certainCells(from), certainCells(to));
  const end = Math.min(certain, to.text.length);
  for (let column = 0; column < end; column += 1) {
    const look = to.looks[column] ?? PLAIN;
    const character = to.text[column] ?? ' ';
    if (character === (from.text[column] ?? ' ') && look === (from.looks[column] ?? PLAIN)) continue;
    if (pen.bridges(row, column, to.looks)) write(pen, to, pen.column, column);
    else pen.moveTo(row, column);
    pen.put(character, look);
  }
  if (certain === Infinity) {
    if (from.text.length <= to.text.length) return;
    pen.moveTo(row, to.text.length);
    pen.eraseToEnd();
  } else if (!sameTail(from, to)) {
    // Nobody knows for sure where the cells of the old tail are: all of it goes.
    pen.moveTo(row, end);
    pen.eraseToEnd();
    write(pen, to, end, to.text.length);
    if (to.tail !== '') pen.putTail(to.tail, to.tailLook);
  }
}

function write(pen: Pen, { text, looks }: Cells, from: number, to: number): void {
  for (let column = from; column < to; column += 1) pen.put(text[column] ?? ' ', looks[column] ?? PLAIN);
}

/** Up to which column it is certain what is in which cell. */
function certainCells({ text, tail }: Cells): number {
  return tail === '' ? Infinity : text.length;
}

function sameTail(from: Cells, to: Cells): boolean {
  return from.tail === to.tail && from.tailLook === to.tailLook && from.text.length === to.text.length;
}
