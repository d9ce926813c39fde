import { displayWidth, graphemes } from './width.ts';

/**
 * Breaks one paragraph between words into lines of at most `width` cells; a longer word is broken inside. All lines are indented as
 * far as the first.
 */
export function wrapLine(text: string, width: number): readonly string[] {
  const limit = Math.max(1, width);
  // Kept as it is, so that columns made of spaces stay in line.
  if (displayWidth(text) <= limit) return [text];
  const indent = /^ */u.exec(text)?.[0] ?? '';
  if (indent !== '' && indent.length < limit / 2) {
    return wrapLine(text.slice(indent.length), limit - indent.length).map((line) => indent + line);
  }
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((part) => pieces(part, limit))) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(joined) > limit) {
      lines.push(line);
      line = word;
    } else line = joined;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): readonly string[] {
  if (displayWidth(word) <= width) return [word];
  const parts: string[] = [];
  let part = '';
  for (const grapheme of graphemes(word)) {
    if (part !== '' && displayWidth(part + grapheme) > width) {
      parts.push(part);
      part = '';
    }
    part += grapheme;
  }
  return [...parts, part];
}
