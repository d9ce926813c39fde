import { escapeSequenceAt } from './escape-sequence.ts';

export type Echo =
  | { readonly state: 'partial' }
  | { readonly state: 'complete'; readonly end: number }
  | { readonly state: 'different' };

/**
 * Looks for a device's echo of a command at the start of what it printed. Blanks, line breaks and cursor movements are
 * passed over on both sides, since a device wraps the echo at the width of its terminal. `end` is the place after the echo's line.
 */
export function findEcho(raw: string, command: string): Echo {
  const expected = command.replace(/\s+/gu, '');
  let matched = 0;
  for (let position = 0; position < raw.length;) {
    const character = raw.charAt(position);
    if (character === '\u001b') {
      const sequence = escapeSequenceAt(raw, position);
      if (sequence === null) return { state: 'partial' };
      position += sequence.length;
      continue;
    }
    position += 1;
    if (matched === expected.length && character === '\n') return { state: 'complete', end: position };
    if (character <= ' ' || character === '\u007f') continue;
    if (character !== expected.charAt(matched)) return { state: 'different' };
    matched += 1;
  }
  return { state: 'partial' };
}

/** Whether the echo of a command is somewhere in what a device printed; for the first commands after login. */
export function holdsEcho(rendered: string, command: string): boolean {
  return rendered.replace(/\s+/gu, '').includes(command.replace(/\s+/gu, ''));
}
