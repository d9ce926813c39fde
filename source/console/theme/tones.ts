/** What a text means; the theme decides how it looks. Colour never says anything that a word or a glyph does not say as well. */
export type Tone =
  | 'text'
  | 'muted'
  | 'accent'
  | 'title'
  | 'header'
  | 'key'
  | 'good'
  | 'warn'
  | 'bad'
  | 'info'
  | 'border'
  | 'disabled'
  | 'selected'
  | 'cursor'
  | SeriesTone;

/** Lines that are drawn into one chart; a letter says which is which as well. */
export const SERIES_TONES = ['series1', 'series2', 'series3', 'series4', 'series5', 'series6'] as const;

type SeriesTone = (typeof SERIES_TONES)[number];

/** One look: a colour in each depth (RGB hex, index of 256, SGR number of the 16) and attributes. */
export interface Look {
  readonly color?: readonly [rgb: string, indexed: number, basic: number];
  readonly background?: readonly [rgb: string, indexed: number];
  readonly bold?: boolean;
  readonly underline?: boolean;
  /** Swaps foreground and background where there is no background colour to use. */
  readonly inverse?: 'always' | 'without-background';
}

// Middle tones, readable on dark and on light grounds; blue against orange rather than green against red where it matters most.
export const LOOKS: Readonly<Record<Tone, Look>> = {
  text: {},
  muted: { color: ['#8a8a8a', 245, 90] },
  accent: { color: ['#2f9fd0', 38, 36] },
  title: { bold: true },
  header: { bold: true },
  key: { color: ['#2f9fd0', 38, 36], bold: true },
  good: { color: ['#3a9d5d', 71, 32] },
  warn: { color: ['#d08700', 172, 33] },
  bad: { color: ['#e0503f', 167, 31], bold: true },
  info: { color: ['#2f9fd0', 38, 36] },
  border: { color: ['#6c6c6c', 242, 90] },
  disabled: { color: ['#8a8a8a', 245, 90] },
  selected: { background: ['#3a4a58', 238], inverse: 'without-background' },
  cursor: { inverse: 'always' },
  series1: { color: ['#2f9fd0', 38, 36] },
  series2: { color: ['#d08700', 172, 33] },
  series3: { color: ['#3a9d5d', 71, 32] },
  series4: { color: ['#b868c8', 134, 35] },
  series5: { color: ['#e0503f', 167, 31] },
  series6: { color: ['#5b7fe0', 68, 34] },
};
