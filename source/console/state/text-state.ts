import { cleanLine } from '../../model/text.ts';
import type { KeyPress, KeyTarget } from '../keys/key-press.ts';
import { graphemes } from '../text/width.ts';

/** A line being written. `cursor` counts graphemes from the start. */
export interface TextState {
  readonly value: string;
  readonly cursor: number;
}

export const NO_TEXT: TextState = { value: '', cursor: 0 };

/** The text with the cursor behind it. */
export function textState(value: string): TextState {
  return { value, cursor: graphemes(value).length };
}

/** The line after a key press; null if the key is not one that edits. */
export function editText({ value, cursor }: TextState, key: KeyPress): TextState | null {
  const parts = graphemes(value);
  const at = Math.min(cursor, parts.length);
  if (key.text !== '') return insertText({ value, cursor: at }, key.text);
  switch (key.name) {
    case 'left':
      return { value, cursor: Math.max(0, at - 1) };
    case 'right':
      return { value, cursor: Math.min(parts.length, at + 1) };
    case 'home':
    case 'ctrl+a':
      return { value, cursor: 0 };
    case 'end':
    case 'ctrl+e':
      return { value, cursor: parts.length };
    case 'backspace':
      return cut(parts, Math.max(0, at - 1), at);
    case 'delete':
    case 'ctrl+d':
      return cut(parts, at, at + 1);
    case 'ctrl+u':
      return cut(parts, 0, at);
    case 'ctrl+k':
      return cut(parts, at, parts.length);
    case 'ctrl+w':
      return cut(parts, wordStart(parts, at), at);
    default:
      return null;
  }
}

/** Puts text in at the cursor. Line breaks become spaces, other control characters are dropped. */
export function insertText({ value, cursor }: TextState, text: string): TextState {
  const parts = graphemes(value);
  const before = parts.slice(0, cursor).join('') + cleanLine(text);
  // Counted from the whole, because a combining mark joins the grapheme before it.
  return { value: before + parts.slice(cursor).join(''), cursor: graphemes(before).length };
}

/** A field that gets the keys: reads and writes the line wherever it is kept. With `paste: false` it must be typed. */
export function textTarget(
  read: () => TextState,
  write: (text: TextState) => void,
  options: { readonly paste?: boolean } = {},
): KeyTarget {
  const target = {
    takesText: true,
    press(key: KeyPress): boolean {
      const next = editText(read(), key);
      if (next !== null) write(next);
      return next !== null;
    },
  };
  return options.paste === false ? target : { ...target, paste: (text) => write(insertText(read(), text)) };
}

function cut(parts: readonly string[], from: number, to: number): TextState {
  return { value: [...parts.slice(0, from), ...parts.slice(to)].join(''), cursor: from };
}

function wordStart(parts: readonly string[], at: number): number {
  let start = at;
  while (start > 0 && parts[start - 1] === ' ') start -= 1;
  while (start > 0 && parts[start - 1] !== ' ') start -= 1;
  return start;
}
