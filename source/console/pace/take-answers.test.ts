import { expect, it } from 'vitest';
import { createAnswerTaker } from './take-answers.ts';

it.each<[string, readonly string[], number, string]>([
  ['keys alone', ['jj', '\u001b[A', '\u001b'], 0, 'jj\u001b[A\u001b'],
  ['answers between keys', ['j\u001b[0nk', '\u001b[0n\u001b[0n'], 3, 'jk'],
  ['an answer in pieces', ['j\u001b[', '0', 'nk'], 1, 'jk'],
  ['another sequence in pieces', ['\u001b[', 'A'], 0, '\u001b[A'],
  ['an answer after an Esc', ['\u001b', '\u001b[0nj'], 1, '\u001bj'],
  ['an Esc that began an answer: Ink has it already, and drops the sequence', ['\u001b', '[0nj'], 1, '\u001b[0nj'],
  ['what looks like one', ['[0n', '\u001b[10n'], 0, '[0n\u001b[10n'],
])('takes the answers out of %s', (_, heard, answers, rest) => {
  const take = createAnswerTaker();
  const taken = heard.map((text) => take(text));
  expect(taken.reduce((sum, one) => sum + one.answers, 0)).toBe(answers);
  expect(taken.map((one) => one.rest).join('')).toBe(rest);
});
