/** What a plot is drawn with: lines of asciichart, dots of braille, quarter blocks, or letters that every terminal has. */
export const GLYPH_SETS = ['line', 'braille', 'block', 'ascii'] as const;

export type GlyphSet = (typeof GLYPH_SETS)[number];

/** The glyphs around the lines of a plot. Every one is a cell wide. */
export interface Frame {
  readonly side: string;
  readonly corner: string;
  readonly floor: string;
  readonly tick: string;
  readonly limit: string;
  readonly marker: string;
  readonly cursor: string;
  readonly band: string;
}

const DRAWN: Frame = {
  side: '┤',
  corner: '└',
  floor: '─',
  tick: '┬',
  limit: '╌',
  marker: '┊',
  cursor: '│',
  band: '░',
};
const TYPED: Frame = {
  side: '|',
  corner: '+',
  floor: '-',
  tick: '+',
  limit: '.',
  marker: ':',
  cursor: '|',
  band: ' ',
};

export function frameOf(set: GlyphSet): Frame {
  return set === 'ascii' ? TYPED : DRAWN;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a terminal can show, by TERM and the locale: a console of Linux has blocks but no braille and no round corners, and where the
 * locale is known not to be UTF-8 there is nothing but ASCII. Without a locale, as over SSH, UTF-8 is taken for granted.
 */
export function glyphSetFor({ TERM, LC_ALL, LC_CTYPE, LANG }: Environment): GlyphSet {
  if (TERM === 'dumb' || /^(?:vt\d+|ansi)$/u.test(TERM ?? '')) return 'ascii';
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '');
  if (locale !== undefined && !/utf-?8/iu.test(locale)) return 'ascii';
  return TERM === 'linux' ? 'block' : 'line';
}
