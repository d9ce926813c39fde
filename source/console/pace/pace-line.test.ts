import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LinePace, paceLine } from './pace-line.ts';

const QUESTION = '\u001b[5n';
const ANSWER = '\u001b[0n';
const FRAME = 'x'.repeat(700);

let written: string[];
let stdin: PassThrough;
let stdout: Writable;
let pace: LinePace;
let drawn: string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] });
  written = [];
  drawn = [];
  stdin = new PassThrough({ encoding: 'utf8' });
  stdout = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      written.push(String(chunk));
      done();
    },
  });
  pace = paceLine({ stdin, stdout });
});
afterEach(() => vi.useRealTimers());

function draw(name: string): void {
  pace.whenClear(() => {
    drawn.push(name);
    stdout.write(FRAME);
    stdout.write('end');
  });
  vi.advanceTimersByTime(1);
}

function hear(text: string): unknown {
  stdin.write(text);
  return stdin.read();
}

const questions = (): number => written.filter((text) => text === QUESTION).length;

describe('a terminal that does not answer', () => {
  it('is asked once, and never waited for', async () => {
    for (const name of ['a', 'b', 'c']) draw(name);
    expect(drawn).toEqual(['a', 'b', 'c']);
    expect(written.slice(0, 3)).toEqual([FRAME, 'end', QUESTION]);
    expect(questions()).toBe(1);
    await pace.pause();
  });
});

describe('a terminal that answers', () => {
  beforeEach(() => {
    draw('first');
    hear(ANSWER);
  });

  it('is asked after each frame, and gets the next one when it has answered', () => {
    draw('a');
    vi.advanceTimersByTime(1000);
    draw('b');
    expect([drawn, questions()]).toEqual([['first', 'a'], 2]);
    expect(hear(`j${ANSWER}`)).toBe('j');
    expect(drawn).toEqual(['first', 'a', 'b']);
  });

  it('gets the frame after 3 seconds all the same', () => {
    draw('a');
    vi.advanceTimersByTime(1000);
    draw('b');
    vi.advanceTimersByTime(2998);
    expect(drawn).toEqual(['first', 'a']);
    vi.advanceTimersByTime(1);
    expect(drawn).toEqual(['first', 'a', 'b']);
  });

  it('is waited for no more once it has lost an answer, but asked again', () => {
    draw('a');
    vi.advanceTimersByTime(30_000);
    draw('b');
    vi.advanceTimersByTime(3000);
    for (const name of ['c', 'd']) draw(name);
    expect(drawn).toEqual(['first', 'a', 'b', 'c', 'd']);
    const asked = questions();
    hear(ANSWER);
    draw('e');
    expect(questions()).toBe(asked + 1);
  });

  it('has answered before it is lent or left, or has had a second for it', async () => {
    draw('a');
    const parted = vi.fn<() => void>();
    void pace.pause().then(parted);
    await vi.advanceTimersByTimeAsync(900);
    expect(parted).not.toHaveBeenCalled();
    hear(ANSWER);
    await vi.advanceTimersByTimeAsync(0);
    expect(parted).toHaveBeenCalledOnce();
    const asked = questions();
    draw('while it is lent');
    expect(questions()).toBe(asked);

    pace.resume();
    draw('b');
    const late = vi.fn<() => void>();
    void pace.pause().then(late);
    await vi.advanceTimersByTimeAsync(1000);
    expect(late).toHaveBeenCalledOnce();
  });

  it('is as it was in the end', () => {
    pace.end();
    pace.end();
    expect([Object.hasOwn(stdin, 'read'), Object.hasOwn(stdout, 'write')]).toEqual([false, false]);
    expect(hear(ANSWER)).toBe(ANSWER);
  });
});
