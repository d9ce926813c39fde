/** What somebody does with the mouse. Places are cells, from 0. */
export type MouseEvent =
  | { readonly kind: 'click'; readonly column: number; readonly row: number }
  | { readonly kind: 'wheel'; readonly by: 1 | -1; readonly column: number; readonly row: number };

export interface MouseTaken {
  readonly events: readonly MouseEvent[];
  /** What is left of what was heard: keys. */
  readonly rest: string;
}

/** `\u001b[<0;10;5M`; where a button was released it ends in m. */
const REPORT = /\u001b\[<(?<button>\d{1,4});(?<column>\d{1,5});(?<row>\d{1,5})(?<end>[Mm])/gu;
/** A report of which the end is still under way. */
const BEGINNING = /\u001b\[<[\d;]{0,16}$/u;
/** Shift, Alt and Ctrl are bits of the button. */
const MODIFIERS = 4 | 8 | 16;
const WHEEL_UP = 64;
const WHEEL_DOWN = 65;

/** Takes the mouse's reports out of what the terminal sends. Over a slow line a report may come in pieces, which are put together. */
export function createMouseDecoder(): (heard: string) => MouseTaken {
  let begun = '';
  return (heard) => {
    const text = begun + heard;
    begun = BEGINNING.exec(text)?.[0] ?? '';
    const whole = text.slice(0, text.length - begun.length);
    return {
      events: [...whole.matchAll(REPORT)].flatMap(({ groups }) => eventOf(groups ?? {})),
      rest: whole.replaceAll(REPORT, ''),
    };
  };
}

function eventOf({ button, column, row, end }: Readonly<Record<string, string | undefined>>): readonly MouseEvent[] {
  const which = Number(button) & ~MODIFIERS;
  const place = { column: Math.max(0, Number(column) - 1), row: Math.max(0, Number(row) - 1) };
  if (which === WHEEL_UP) return [{ kind: 'wheel', by: -1, ...place }];
  if (which === WHEEL_DOWN) return [{ kind: 'wheel', by: 1, ...place }];
  return which === 0 && end === 'M' ? [{ kind: 'click', ...place }] : [];
}
