import { stripVTControlCharacters } from 'node:util';

/** Glyphs that say something, in words. */
const WORDS: Readonly<Record<string, string>> = {
  '(•)': 'chosen',
  '( )': 'not chosen',
  '▌': 'current',
  '✓': 'marked',
  '✔': 'ok',
  '✖': 'failed',
  '◌': 'waiting',
  '◷': 'scheduled',
  '▶': 'running',
  '‖': 'paused',
  '↩': 'rolled back',
  '●': 'up',
  '▲': 'up',
  '▼': 'down',
  '→': 'to',
  '←': 'left arrow',
  '▸': 'in',
  '↵': 'Enter',
  '≥': 'at least',
  '≤': 'at most',
  '−': 'minus',
};

const GLYPHS = /(?<glyph>\(•\)|\( \)|[▌✓✔✖◌◷▶‖↩●▲▼→←▸↵≥≤−]) ?/gu;
/** Frames, rules, charts, sparklines: pictures of what is said elsewhere. */
const PICTURES = /[\u2500-\u259f\u25a0-\u25a1\u2800-\u28ff]/gu;

/** A painted line as a screen reader should read it: words for glyphs, nothing drawn, commas where columns were apart. Empty: nothing to say. */
export function spokenLine(painted: string): string {
  return stripVTControlCharacters(painted)
    .replaceAll(GLYPHS, (_, glyph: string) => `${WORDS[glyph] ?? ''} `)
    .replaceAll(PICTURES, '  ')
    .replaceAll(/ · | ─ /gu, ', ')
    .replaceAll(/ {2,}/gu, ', ')
    .replaceAll(/\b(?<word>\w+) \k<word>\b/gu, '$<word>')
    .replaceAll(/(?:, ?)+(?=, )|^[\s,·]+|[\s,]+$/gu, '')
    .replaceAll(/ ,/gu, ',');
}
