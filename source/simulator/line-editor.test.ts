import { expect, test } from 'vitest';
import { LineEditor } from './line-editor.ts';

/** Types keys one by one; gives what was shown and what happened. */
function type(keys: string): { shown: string; events: readonly string[] } {
  const editor = new LineEditor();
  const strokes = Array.from(keys, (key) => editor.key(key));
  return {
    shown: strokes.map(({ echo }) => echo).join(''),
    events: strokes.flatMap(({ event }) =>
      event === null ? [] : ['text' in event ? `${event.kind} ${event.text}` : event.kind],
    ),
  };
}

test.each([
  ['a line', 'show\r', 'show\r\n', ['line show']],
  ['one return key, CR LF', 'a\r\nb\n', 'a\r\nb\r\n', ['line a', 'line b']],
  ['a corrected letter', 'shq\u007fow\r', 'shq\b \bow\r\n', ['line show']],
  ['backspaces past the start', '\b\bx\r', 'x\r\n', ['line x']],
  ['a line taken back', 'abc\u0015d\r', 'abc\b \b\b \b\b \bd\r\n', ['line d']],
  ['a word taken back', 'show ver\u0017x\r', 'show ver\b \b\b \b\b \bx\r\n', ['line show x']],
  ['an interrupt', 'reload\u0003', 'reload^C\r\n', ['interrupt']],
  ['the end of input on an empty line', '\u0004', '\r\n', ['end']],
  ['the end of input elsewhere', 'a\u0004\r', 'a\r\n', ['line a']],
  ['a question mark', 'show ?', 'show ?\r\n', ['help show ']],
  ['arrows', 'a\u001b[A\u001bOBb\r', 'ab\r\n', ['line ab']],
  ['other control keys', 'a\u0001\u0007\tb\r', 'ab\r\n', ['line ab']],
])('%s', (_name, keys, shown, events) => {
  expect(type(keys)).toStrictEqual({ shown, events });
});

test('a line has an end', () => {
  expect(type(`${'x'.repeat(5000)}\r`).events).toStrictEqual([`line ${'x'.repeat(1024)}`]);
});
