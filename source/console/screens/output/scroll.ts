import { wrapLine } from '../../text/wrap.ts';
import type { ConsoleServices } from '../../services.ts';
import { outputSlice, outputTopSlice } from './state.ts';

/** Lines above the output: which step, and what there is besides. */
export const HEAD_LINES = 2;

const wrapped = new WeakMap<readonly string[], { readonly width: number; readonly lines: readonly string[] }>();

/** The output in lines of the screen. Every key and every frame asks for it, so it is kept as long as the output is the same. */
export function outputLines(lines: readonly string[], width: number): readonly string[] {
  const found = wrapped.get(lines);
  if (found?.width === width) return found.lines;
  const made = lines.flatMap((line) => wrapLine(line, width));
  wrapped.set(lines, { width, lines: made });
  return made;
}

/** Which lines are in sight. */
export interface OutputScroll {
  readonly count: number;
  readonly room: number;
  readonly top: number;
}

export function scrollOf(count: number, room: number, wanted: number | null): OutputScroll {
  const last = Math.max(0, count - room);
  return { count, room, top: wanted === null ? last : Math.max(0, Math.min(wanted, last)) };
}

export function outputScroll(services: ConsoleServices): OutputScroll {
  const { store } = services;
  const { rows, columns } = services.body();
  const { text } = store.get(outputSlice);
  const count = text === null ? 0 : outputLines(text.lines, columns - 1).length;
  return scrollOf(count, rows - HEAD_LINES, store.get(outputTopSlice));
}

/** Moves the first line in sight. At the end it follows what comes. */
export function scrollTo(services: ConsoleServices, top: number): void {
  const { count, room } = outputScroll(services);
  services.store.set<number | null>(outputTopSlice, top >= count - room ? null : Math.max(0, top));
}
