import { escapeSequenceAt } from './escape-sequence.ts';

/**
 * What a terminal of endless width would show for these bytes: backspaces, carriage returns and erasures carried out, other
 * control and escape sequences taken out, lines joined by `\n` without trailing blanks. An unfinished sequence at the end is left out.
 */
export function renderTerminal(raw: string): string {
  return raw
    .split('\n')
    .map((line) => renderLine(line))
    .join('\n');
}

/** {@link renderTerminal} for text without line breaks. */
export function renderLine(line: string): string {
  const plain = line.replace(/\r+$/u, '');
  if (!/[\u0000-\u001f\u007f-\u009f]/u.test(plain)) return plain.trimEnd();
  const cells: string[] = [];
  let column = 0;
  for (let position = 0; position < plain.length;) {
    const character = plain.charAt(position);
    if (character === '\u001b') {
      const sequence = escapeSequenceAt(plain, position);
      if (sequence === null) break;
      column = applySequence(cells, column, sequence.final, sequence.parameter);
      position += sequence.length;
      continue;
    }
    if (character === '\b') column = Math.max(0, column - 1);
    else if (character === '\r') column = 0;
    else if (character === '\t' || !isControl(character)) {
      while (cells.length < column) cells.push(' ');
      cells[column] = character === '\t' ? ' ' : character;
      column += 1;
    }
    position += 1;
  }
  return cells.join('').trimEnd();
}

function applySequence(cells: string[], column: number, final: string, parameter: number | null): number {
  if (final === 'K') {
    if (parameter === null || parameter === 0) cells.length = Math.min(cells.length, column);
    else if (parameter === 2) cells.length = 0;
    else cells.fill(' ', 0, column + 1);
    return column;
  }
  const count = Math.max(parameter ?? 1, 1);
  // A few bytes must not make a line of thousands of blanks: past its end, one blank stands for any distance.
  const furthest = Math.max(column, cells.length + 1);
  if (final === 'D') return Math.max(0, column - count);
  if (final === 'C') return Math.min(column + count, furthest);
  if (final === 'G') return Math.min(count - 1, furthest);
  return column;
}

function isControl(character: string): boolean {
  return /[\u0000-\u001f\u007f-\u009f]/u.test(character);
}
