import { array, assert, constantFrom, property } from 'fast-check';
import { expect, it } from 'vitest';
import { redactSecrets } from './redact.ts';
import { unifiedDiff } from './unified-diff.ts';

const asIs = (text: string): string => text;

it('shows changed lines with three lines around them', () => {
  const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].join('\n');
  expect(unifiedDiff(before, before.replace('e', 'E\nE2'), asIs)).toEqual([
    '@@ -2,7 +2,8 @@',
    ' b',
    ' c',
    ' d',
    '-e',
    '+E',
    '+E2',
    ' f',
    ' g',
    ' h',
  ]);
  expect(unifiedDiff(before, before, asIs)).toEqual([]);
});

it('shows that a secret changed, and not what it is', () => {
  const lines = unifiedDiff('a\nenable secret 9 $9$old', 'a\nenable secret 9 $9$new', redactSecrets);
  expect(lines).toEqual(['@@ -1,2 +1,2 @@', ' a', '-enable secret 9 <removed>', '+enable secret 9 <removed>']);
});

it('has every line of the new text when one applies it to the old one', () => {
  const text = array(constantFrom('a', 'b', 'c', 'password 7 x', ''), { maxLength: 12 }).map((list) => list.join('\n'));
  assert(
    property(text, text, (before, after) => {
      expect(apply(before, unifiedDiff(before, after, asIs))).toBe(after);
    }),
  );
});

/** Applies a diff as its format says. */
function apply(text: string, diff: readonly string[]): string {
  const old = text.split('\n');
  const result: string[] = [];
  let at = 0;
  for (const line of diff) {
    const start = /^@@ -(?<start>\d+),/u.exec(line)?.groups?.['start'];
    if (start !== undefined) {
      while (at < Number(start) - 1) result.push(old[at++] ?? '');
    } else if (line.startsWith('+')) result.push(line.slice(1));
    else {
      if (old[at] !== line.slice(1)) throw new Error(`${line} is none of the old lines`);
      if (line.startsWith(' ')) result.push(line.slice(1));
      at += 1;
    }
  }
  return [...result, ...old.slice(at)].join('\n');
}
