import type { ColorLevel } from './color-level.ts';
import { LOOKS, type Look, type Tone } from './tones.ts';

type Looks = Readonly<Record<Tone, Look>>;

export const THEME_NAMES = ['standard', 'dark', 'light', 'contrast', 'colour-blind', '16', 'none'] as const;

export type ThemeName = (typeof THEME_NAMES)[number];

/** Bright tones for dark grounds. */
const DARK: Looks = {
  ...LOOKS,
  muted: { color: ['#a0a0a0', 247, 37] },
  accent: { color: ['#5fd7ff', 81, 96] },
  key: { color: ['#5fd7ff', 81, 96], bold: true },
  good: { color: ['#6fdc8c', 78, 92] },
  warn: { color: ['#ffc145', 221, 93] },
  bad: { color: ['#ff7b6b', 210, 91], bold: true },
  info: { color: ['#5fd7ff', 81, 96] },
  border: { color: ['#585858', 240, 90] },
  series1: { color: ['#5fd7ff', 81, 96] },
  series2: { color: ['#ffc145', 221, 93] },
  series3: { color: ['#6fdc8c', 78, 92] },
  series4: { color: ['#e6a0f0', 183, 95] },
  series5: { color: ['#ff7b6b', 210, 91] },
  series6: { color: ['#9db4ff', 147, 94] },
};

/** Deep tones for light grounds: each has a contrast of at least 4.5 to 1 with white. */
const LIGHT: Looks = {
  ...LOOKS,
  muted: { color: ['#595959', 240, 90] },
  accent: { color: ['#00618a', 24, 34] },
  key: { color: ['#00618a', 24, 34], bold: true },
  good: { color: ['#1a6e35', 22, 32] },
  warn: { color: ['#8a5200', 94, 35] },
  bad: { color: ['#b3261e', 124, 31], bold: true },
  info: { color: ['#00618a', 24, 34] },
  border: { color: ['#767676', 243, 90] },
  disabled: { color: ['#6b6b6b', 242, 90] },
  selected: { background: ['#cfe3f1', 153], inverse: 'without-background' },
  series1: { color: ['#00618a', 24, 34] },
  series2: { color: ['#8a5200', 94, 33] },
  series3: { color: ['#1a6e35', 22, 32] },
  series4: { color: ['#7b2d8b', 90, 35] },
  series5: { color: ['#b3261e', 124, 31] },
  series6: { color: ['#3b4fb0', 61, 36] },
};

/** The terminal's own text colour wherever it can be; what matters is bold, underlined or inverse. */
const CONTRAST: Looks = {
  text: {},
  muted: {},
  accent: { bold: true },
  title: { bold: true },
  header: { bold: true, underline: true },
  key: { bold: true, underline: true },
  good: {},
  warn: { bold: true },
  bad: { bold: true, inverse: 'always' },
  info: {},
  border: {},
  disabled: {},
  selected: { inverse: 'always' },
  cursor: { inverse: 'always' },
  series1: {},
  series2: { bold: true },
  series3: {},
  series4: { bold: true },
  series5: {},
  series6: { bold: true },
};

/** Blue, yellow and vermilion of Okabe and Ito, which every kind of colour vision tells apart. */
const COLOUR_BLIND: Looks = {
  ...LOOKS,
  accent: { color: ['#56b4e9', 74, 96] },
  key: { color: ['#56b4e9', 74, 96], bold: true },
  good: { color: ['#0072b2', 32, 34] },
  warn: { color: ['#e69f00', 178, 33] },
  bad: { color: ['#d55e00', 166, 35], bold: true, underline: true },
  info: { color: ['#56b4e9', 74, 96] },
  series1: { color: ['#56b4e9', 74, 96] },
  series2: { color: ['#e69f00', 178, 33] },
  series3: { color: ['#009e73', 36, 32] },
  series4: { color: ['#cc79a7', 175, 95] },
  series5: { color: ['#d55e00', 166, 31] },
  series6: { color: ['#0072b2', 25, 34] },
};

/** The looks of a theme, and the most colours that it uses. */
export const THEMES: Readonly<Record<ThemeName, { readonly looks: Looks; readonly most: ColorLevel }>> = {
  standard: { looks: LOOKS, most: 3 },
  dark: { looks: DARK, most: 3 },
  light: { looks: LIGHT, most: 3 },
  contrast: { looks: CONTRAST, most: 3 },
  'colour-blind': { looks: COLOUR_BLIND, most: 3 },
  '16': { looks: LOOKS, most: 1 },
  none: { looks: LOOKS, most: 0 },
};
