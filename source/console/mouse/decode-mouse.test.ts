import { expect, it } from 'vitest';
import { createMouseDecoder } from './decode-mouse.ts';
import { createMouseMode } from './mouse-mode.ts';

const click = { kind: 'click', column: 9, row: 4 };

it('reads clicks and the wheel among the keys, and leaves the keys alone', () => {
  const decode = createMouseDecoder();
  expect(decode('j\u001b[<0;10;5Mk\u001b[<0;10;5mq')).toEqual({ events: [click], rest: 'jkq' });
  // The right button; moved.
  for (const other of ['\u001b[<2;10;5M', '\u001b[<35;10;5M']) expect(decode(other)).toEqual({ events: [], rest: '' });
  expect(decode('\u001b[<64;300;7M\u001b[<65;1;1M').events).toEqual([
    { kind: 'wheel', by: -1, column: 299, row: 6 },
    { kind: 'wheel', by: 1, column: 0, row: 0 },
  ]);
  for (const keys of ['j', '[<0;1;1M', '\u001b', '\u001b[A', '\u001b[<u', '\u001b[<0;1;1X'])
    expect(decode(keys)).toEqual({ events: [], rest: keys });
});

it('puts a report together that comes in pieces', () => {
  const decode = createMouseDecoder();
  expect(decode('j\u001b[<0;1')).toEqual({ events: [], rest: 'j' });
  expect(decode('0;5Mk')).toEqual({ events: [click], rest: 'k' });
  expect(decode('\u001b[<0;1')).toEqual({ events: [], rest: '' });
  expect(decode('j').rest).toBe('\u001b[<0;1j');
  expect(decode('j').rest).toBe('j');
});

it('writes nothing while it is off, and is never on while the terminal is lent or after the end', () => {
  const written: string[] = [];
  const mode = createMouseMode((sequence) => written.push(sequence));
  mode.want(false);
  mode.lend();
  mode.takeBack();
  expect(written).toEqual([]);
  mode.want(true);
  mode.want(true);
  mode.lend();
  mode.takeBack();
  mode.end();
  mode.want(true);
  mode.end();
  const [on, off] = ['\u001b[?1000h\u001b[?1006h', '\u001b[?1006l\u001b[?1000l'];
  expect(written).toEqual([on, off, on, off]);
  expect(process.listeners('exit').map(String).join('')).not.toContain('ended = true');
});
