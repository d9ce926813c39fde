import { type Look, lookChange, PLAIN } from './looks.ts';

/** Up to so many unchanged cells are written again rather than jumped over: a jump takes four bytes. */
const BRIDGE = 4;

/** Collects what is written to a terminal, and knows where its cursor is and in what look it writes. Rows and columns from 0. */
export class Pen {
  #written = '';
  #row = -1;
  #column = 0;
  #look = PLAIN;

  get written(): string {
    return this.#written;
  }

  get row(): number {
    return this.#row;
  }

  moveTo(row: number, column: number): void {
    if (row === this.#row && column === this.#column) return;
    const forward = row === this.#row ? column - this.#column : 0;
    if (forward > 0) this.#written += forward === 1 ? '\u001B[C' : `\u001B[${forward}C`;
    else this.#written += column === 0 ? `\u001B[${row + 1}H` : `\u001B[${row + 1};${column + 1}H`;
    this.#row = row;
    this.#column = column;
  }

  /** Whether it is cheaper to write on over cells in these looks than to jump. */
  bridges(row: number, column: number, looks: readonly (Look | undefined)[]): boolean {
    return (
      row === this.#row &&
      column >= this.#column &&
      column - this.#column <= BRIDGE &&
      looks.slice(this.#column, column).every((look) => (look ?? PLAIN) === this.#look)
    );
  }

  get column(): number {
    return this.#column;
  }

  put(character: string, look: Look): void {
    this.setLook(look);
    this.#written += character;
    this.#column += 1;
  }

  /** Writes sequences and characters as they are; where the cursor is afterwards is anybody's guess. */
  putTail(tail: string, look: Look): void {
    this.setLook(look);
    this.#written += tail;
    // A look that is not among those known: the next change is made from nothing.
    if (tail.includes('\u001B') || look !== PLAIN) this.#written += '\u001B[m';
    this.#look = PLAIN;
    this.#row = -1;
  }

  eraseToEnd(): void {
    // Terminals fill what they erase with the background that is set.
    this.setLook(PLAIN);
    this.#written += '\u001B[K';
  }

  setLook(look: Look): void {
    this.#written += lookChange(this.#look, look);
    this.#look = look;
  }

  /**
   * Moves the lines from `top` to `bottom` up by `by`, or down if it is negative; what comes in is blank. By the scrolling margins of the
   * VT100 and index, as every terminal since knows them.
   */
  scroll(top: number, bottom: number, by: number): void {
    this.setLook(PLAIN);
    this.#written += `\u001B[${top + 1};${bottom + 1}r`;
    this.#row = -1;
    this.moveTo(by > 0 ? bottom : top, 0);
    this.#written += (by > 0 ? '\u001BD' : '\u001BM').repeat(Math.abs(by));
    // The margins are taken away again, which also moves the cursor.
    this.#written += '\u001B[r';
    this.#row = 0;
    this.#column = 0;
  }
}
