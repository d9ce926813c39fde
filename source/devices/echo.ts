import { escapeSequenceAt } from './escape-sequence.ts';

export type Echo =
  | { readonly state: 'partial' }
  | { readonly state: 'complete'; readonly end: number }
  | { readonly state: 'different' };

/**
 * Looks for a device's echo of a command at the start of what it printed. Blanks, line breaks and cursor movements are
 * passed over on both sides, since a device wraps the echo at the width of its terminal. GNU readline prints the first character of each further row
 * twice, with a carriage return in between, which moves the cursor there on any terminal. `end` is the place after the echo's line.
 */
export function findEcho(raw: string, command: string): Echo {
  // As nearly every device does it, a few characters at a time: quicker than to follow each of them again.
  if (command.startsWith(raw)) return { state: 'partial' };
  if (command !== '' && raw.startsWith(`${command}\r\n`)) return { state: 'complete', end: command.length + 2 };
  const expected = command.replace(/\s+/gu, '');
  /** How much of the command may have been seen: after a carriage return, the next character may be the last one again. */
  let matched = new Set([0]);
  let again = false;
  for (let position = 0; position < raw.length;) {
    const character = raw.charAt(position);
    if (character === '\u001b') {
      const sequence = escapeSequenceAt(raw, position);
      if (sequence === null) return { state: 'partial' };
      position += sequence.length;
      continue;
    }
    position += 1;
    if (matched.has(expected.length) && character === '\n') return { state: 'complete', end: position };
    if (character === '\r') again = true;
    if (character === '\n') again = false;
    if (character <= ' ' || character === '\u007f') continue;
    const next = [...matched].flatMap((count) => [
      ...(character === expected.charAt(count) ? [count + 1] : []),
      ...(again && count > 0 && character === expected.charAt(count - 1) ? [count] : []),
    ]);
    if (next.length === 0) return { state: 'different' };
    matched = new Set(next);
    again = false;
  }
  return { state: 'partial' };
}

/** Whether the echo of a command is somewhere in what a device printed; for the first commands after login. */
export function holdsEcho(rendered: string, command: string): boolean {
  return rendered.replace(/\s+/gu, '').includes(command.replace(/\s+/gu, ''));
}
