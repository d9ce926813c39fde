import { defineSlice } from './slice.ts';

/** Cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Below this nothing is drawn but a request for more room. */
export const SMALLEST: Size = { columns: 80, rows: 24 };

/** Lines around a screen's own: the header above, the rule and the footer below. */
const CHROME_ROWS = 3;

export const terminalSlice = defineSlice<Size>('terminal', () => SMALLEST, { keep: true });

/** What a screen has for itself. */
export function bodySize(terminal: Size): Size {
  return { columns: terminal.columns, rows: Math.max(0, terminal.rows - CHROME_ROWS) };
}

export function isTooSmall(terminal: Size): boolean {
  return terminal.columns < SMALLEST.columns || terminal.rows < SMALLEST.rows;
}
