import { expect, it } from 'vitest';
import { colorLevel } from './color-level.ts';
import { createTheme } from './theme.ts';

it.each([
  [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 3],
  [{ TERM: 'xterm-256color' }, 2],
  [{ TERM: 'screen' }, 1],
  [{ TERM: 'dumb' }, 0],
  [{ TERM: 'xterm-256color', COLORTERM: 'truecolor', NO_COLOR: '1' }, 0],
  [{ TERM: 'xterm-256color', NO_COLOR: '' }, 2],
  [{ TERM: 'dumb', FORCE_COLOR: '3' }, 3],
])('%o gives level %i', (environment, level) => {
  expect(colorLevel(environment)).toBe(level);
});

it('paints no colour without colours, but still marks the current row', () => {
  const theme = createTheme(0);
  expect(theme.paint('good', 'ok')).toBe('ok');
  expect(theme.paint('selected', 'row')).toBe('\u001b[7mrow\u001b[27m');
});

it('uses the sixteen colours where there are no more', () => {
  expect(createTheme(1).paint('good', 'ok')).toBe('\u001b[32mok\u001b[39m');
});
