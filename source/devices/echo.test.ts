import { array, assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findEcho } from './echo.ts';

const command = array(constantFrom('a', 'b', ' ', '/'), { minLength: 1, maxLength: 60 })
  .map((letters) => letters.join(''))
  .filter((text) => text !== '' && text.trim() === text);
const width = integer({ min: 2, max: 20 });

/** As GNU readline prints a line on a terminal of this width, after a prompt of so many characters. */
function asReadline(text: string, columns: number, prompt: number): string {
  let column = prompt;
  let printed = '';
  for (const letter of text) {
    if (column === columns) {
      printed += `${letter}\r`;
      column = 0;
    }
    printed += letter;
    column += 1;
  }
  return printed;
}

describe('the echo of a command', () => {
  it('is found as readline wraps it, to its end', () => {
    assert(
      property(command, width, width, (text, columns, prompt) => {
        const echo = `${asReadline(text, columns, Math.min(prompt, columns))}\r\n`;
        expect(findEcho(`${echo}answer\r\n`, text)).toEqual({ state: 'complete', end: echo.length });
        for (let cut = 0; cut < echo.length; cut += 1) expect(findEcho(echo.slice(0, cut), text).state).toBe('partial');
      }),
    );
  });

  it('is found where the line is broken at any column', () => {
    assert(
      property(command, width, (text, columns) => {
        const echo = `${text.replaceAll(new RegExp(`.{${columns}}(?=.)`, 'gu'), '$&\r\n')}\r\n`;
        expect(findEcho(`${echo}a`, text)).toEqual({ state: 'complete', end: echo.length });
      }),
    );
  });

  it('is not another one', () => {
    expect(findEcho('show versions\r\n', 'show version').state).toBe('different');
    expect(findEcho('show versio\r\nx\r\n', 'show version').state).toBe('different');
    expect(findEcho('show verrsion\r\n', 'show version').state).toBe('different');
  });
});
