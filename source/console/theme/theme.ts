import type { ColorLevel } from './color-level.ts';
import { type ThemeName, THEMES } from './themes.ts';
import type { Look, Tone } from './tones.ts';

/** Turns meaning into escape sequences. Paint whole strings: one string a line is what Ink draws fastest. */
export interface Theme {
  readonly level: ColorLevel;
  /** The text in that tone. It may hold text already painted; the text must be clean (see `fit` and `cleanLine`). */
  paint(tone: Tone, text: string): string;
}

interface Codes {
  readonly open: string;
  readonly close: string;
}

/** The theme of that name in as many colours as the terminal takes: NO_COLOR counts for more than any theme. */
export function createTheme(level: ColorLevel, name: ThemeName = 'standard'): Theme {
  const { looks, most } = THEMES[name];
  const codes = new Map(entries(looks).map(([tone, look]) => [tone, sequence(look, levelOf(level, most))]));
  return {
    level: levelOf(level, most),
    paint(tone, text) {
      const code = codes.get(tone);
      return code === undefined || code.open === '' || text === '' ? text : code.open + text + code.close;
    },
  };
}

function entries(looks: Readonly<Record<Tone, Look>>): readonly [string, Look][] {
  return Object.entries(looks);
}

function levelOf(terminal: ColorLevel, most: ColorLevel): ColorLevel {
  return terminal < most ? terminal : most;
}

function sequence(look: Look, level: ColorLevel): Codes {
  const pairs: [open: string, close: number][] = [];
  if (look.color !== undefined && level > 0) pairs.push([foreground(look.color, level), 39]);
  const colored = look.background !== undefined && level >= 2;
  if (colored && look.background !== undefined) pairs.push([background(look.background, level), 49]);
  if (look.bold === true) pairs.push(['1', 22]);
  if (look.underline === true) pairs.push(['4', 24]);
  if (look.inverse === 'always' || (look.inverse === 'without-background' && !colored)) pairs.push(['7', 27]);
  return {
    open: pairs.map(([open]) => `\u001b[${open}m`).join(''),
    close: pairs.map(([, close]) => `\u001b[${close}m`).join(''),
  };
}

function foreground([rgb, indexed, basic]: readonly [string, number, number], level: ColorLevel): string {
  if (level === 3) return `38;2;${channels(rgb)}`;
  return level === 2 ? `38;5;${indexed}` : String(basic);
}

function background([rgb, indexed]: readonly [string, number], level: ColorLevel): string {
  return level === 3 ? `48;2;${channels(rgb)}` : `48;5;${indexed}`;
}

function channels(rgb: string): string {
  return [1, 3, 5].map((start) => Number.parseInt(rgb.slice(start, start + 2), 16)).join(';');
}
