import { describe, expect, it } from 'vitest';
import { createTheme } from './theme.ts';
import { SERIES_TONES } from './tones.ts';
import { THEME_NAMES, THEMES } from './themes.ts';

/** Relative luminance, as WCAG has it. */
function luminance(rgb: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(rgb.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const said = ['accent', 'good', 'warn', 'bad', 'info', 'muted', 'disabled', ...SERIES_TONES] as const;

describe('themes', () => {
  it.each([
    ['dark', '#000000'],
    ['light', '#ffffff'],
  ] as const)('%s can be read on %s', (name, ground) => {
    for (const tone of said) {
      const [rgb = ''] = THEMES[name].looks[tone].color ?? [];
      expect([tone, contrast(rgb, ground) >= 4.5]).toEqual([tone, true]);
    }
  });

  it.each(THEME_NAMES)('%s: no colour where the terminal has none', (name) => {
    const theme = createTheme(0, name);
    expect(theme.paint('bad', 'x')).not.toMatch(/\u001b\[(?:3|4|9)\d/u);
  });

  it('of 16 colours and of none use no more, whatever the terminal takes', () => {
    expect(createTheme(3, '16').paint('good', 'x')).toBe('\u001b[32mx\u001b[39m');
    expect(createTheme(3, 'none').paint('good', 'x')).toBe('x');
  });

  it('tell good, warning and bad apart', () => {
    for (const name of THEME_NAMES.filter((each) => each !== 'none')) {
      const theme = createTheme(3, name);
      expect(new Set((['good', 'warn', 'bad'] as const).map((tone) => theme.paint(tone, 'x'))).size).toBe(3);
    }
  });
});
