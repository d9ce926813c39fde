import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeviceError } from './device-error.ts';
import { PromptReader } from './prompt.ts';

const COMMAND = 'show version';

function reader(
  prompt: string,
  options: { command?: string | null; echo?: 'first' | 'anywhere'; limit?: number } = {},
) {
  const { command = COMMAND, echo = 'first', limit = 1_000_000 } = options;
  return new PromptReader({ device: 'r1', command, isPrompt: (line) => line === prompt, echo, limit });
}

describe('PromptReader', () => {
  test('gives what stands between the echo and the prompt', () => {
    const read = reader('r1#');
    expect(read.push('show version\r\nCisco IOS XE\r\n\r\nup\r\nr1#')).toBe('done');
    expect(read.answer).toBe('Cisco IOS XE\n\nup');
    expect(read.prompt).toBe('r1#');
  });

  test('a prompt before the echo, or with more behind it, ends nothing', () => {
    const read = reader('r1#');
    expect(read.push('show ver')).toBe('reading');
    expect(read.push('sion\r\n')).toBe('reading');
    expect(read.push('r1#x\r\n')).toBe('reading');
    expect(read.push('r1#')).toBe('done');
  });

  test.each([
    ['wrapped by a line break', 'show ve\r\nrsion\r\n'],
    ['wrapped as a shell does', 'show ver \rsion\r\n'],
    ['coloured', '\u001b[1mshow\u001b[0m version\u001b[K\r\n'],
    ['after the rest of a prompt', ' show version\r\n'],
  ])('knows an echo that is %s', (_name, echo) => {
    const read = reader('r1#');
    expect(read.push(`${echo}answer\r\nr1#`)).toBe('done');
    expect(read.answer).toBe('answer');
  });

  test.each([
    ['of another command', 'show run\r\n'],
    ['with something behind it', 'show version all\r\n'],
  ])('an echo %s is an error that shows it', (_name, echo) => {
    expect(() => reader('r1#').push(echo)).toThrow(
      expect.objectContaining({
        code: 'unexpected_prompt',
        message: 'r1 did not echo `show version`, so its answer was not read.',
        seen: echo.trim(),
      }),
    );
  });

  test('right after login other lines may stand before the echo', () => {
    const read = reader('r1#', { echo: 'anywhere' });
    expect(read.push('Last login: today\r\nr1#')).toBe('reading');
    expect(read.push('show version\r\nr1#')).toBe('done');
  });

  test('more than the limit is an error', () => {
    const read = reader('r1#', { limit: 100 });
    read.push('show version\r\n');
    expect(() => read.push('x'.repeat(100))).toThrow('r1 printed more than 100 characters in one answer.');
  });

  test('a prompt whose colour is not switched off yet is not through', () => {
    const read = reader('r1#');
    expect(read.push('show version\r\nup\r\n\u001b[32mr1#\u001b')).toBe('reading');
    expect(read.push('[0m')).toBe('done');
  });

  test('tells the line that a device stopped at', () => {
    const read = reader('r1#');
    read.push('show version\r\nProceed? [confirm]');
    expect(read.lastLine).toBe('Proceed? [confirm]');
    read.push('\r\n');
    expect(read.lastLine).toBe('');
  });
});

const TRANSCRIPTS = new URL('../../fixtures/transcripts/', import.meta.url);
const PAGERS = [
  { prompt: 'r1#', more: ' --More-- ', erase: '\b'.repeat(10) + ' '.repeat(10) + '\b'.repeat(10) },
  { prompt: 'me@r1>', more: '---(more)---', erase: `\r${' '.repeat(40)}\r` },
  { prompt: 'me@r1>', more: '---(more 57%)---', erase: `\r${' '.repeat(40)}\r` },
  { prompt: 'r1(s1)#', more: '\u001b[7m--More--\u001b[m', erase: '\r\u001b[K' },
  { prompt: 'r1>', more: '--More--', erase: '\r\n' },
] as const;
const TEXTS = ['ios-xe/show-version-c9300-stack.txt', 'junos/show-version-mx204.txt', 'eos/show-version-7280.txt'].map(
  (name) => readFileSync(new URL(name, TRANSCRIPTS), 'utf8').trimEnd(),
);

/** What a device sends between one key and the next, for an answer in pages. */
function bursts(text: string, page: number, pager: (typeof PAGERS)[number]): readonly string[] {
  const lines = text.split('\n').map((line) => `${line}\r\n`);
  const pages = Array.from({ length: Math.ceil(lines.length / page) }, (_, at) =>
    lines.slice(at * page, (at + 1) * page).join(''),
  );
  return pages.map((body, at) => {
    const start = at === 0 ? `${COMMAND}\r\n` : pager.erase;
    return start + body + (at === pages.length - 1 ? pager.prompt : pager.more);
  });
}

describe('PromptReader, whatever the splits', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });

  test('an answer in pages comes out the same, and each page is asked for once', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TEXTS),
        fc.constantFrom(...PAGERS),
        fc.integer({ min: 3, max: 60 }),
        cuts,
        (text, pager, page, sizes) => {
          const read = reader(pager.prompt);
          const states = bursts(text, page, pager).map((burst) => feed(read, burst, sizes));
          expect(states).toStrictEqual(states.map((_, at) => (at === states.length - 1 ? ['done'] : ['more'])));
          const lines = text.split('\n').map((line) => line.trimEnd());
          // A device that begins a new line for each page leaves an empty one behind.
          const expected = pager.erase === '\r\n' ? lines.filter((line) => line !== '') : lines;
          const shown = read.answer.split('\n').filter((line) => pager.erase !== '\r\n' || line !== '');
          expect(shown).toStrictEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('nothing that a device can print makes it fail in any other way than a DeviceError', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        'r1#',
        'show version',
        '--More--',
        '\r',
        '\n',
        '\b',
        ' ',
        '\u001b',
        '[',
        ']',
        'K',
        '9',
        '\u0007',
        'é',
        '%',
      ),
      maxLength: 60,
    });
    fc.assert(
      fc.property(hostile, cuts, (raw, sizes) => {
        const read = reader('r1#', { limit: 200 });
        const error = failure(() => feed(read, `show version\r\n${raw}`, sizes));
        expect(error === null || error instanceof DeviceError).toBe(true);
        expect(read.answer).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Pushes a text in pieces of the given sizes, over and over; gives the states that ask for something. */
function feed(read: PromptReader, text: string, sizes: readonly number[]): readonly string[] {
  const states: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    const state = read.push(text.slice(at, at + size));
    if (state !== 'reading') states.push(state === 'done' ? state : 'more');
    at += size;
  }
  return states;
}

function failure(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}
