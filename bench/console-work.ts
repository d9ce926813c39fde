import { setTimeout as delay } from 'node:timers/promises';
import type { Subject } from './console.ts';
import { quantile, type Result, result } from './result.ts';
import { type KeyAnswer, type Line, TerminalSession } from './terminal-session.ts';

const SIZE = { columns: 200, rows: 50 } as const;
const REDRAW = '\u000C';
const ESCAPE = '\u001B';
const HELD_ROWS = 300;
/** As fast as a keyboard repeats. */
const REPEAT_MS = 33;
const MANY_FRAMES = 3000;
const SLOW_KEYS = 60;
const TYPED = 'zyxwvutsrqponmlkjihg';
const PATIENCE_MS = 60_000;

const LINES: readonly (readonly [name: string, line: Line, goalMs: number])[] = [
  // A round trip, and one line of the table at that speed for what was under way and for what is current.
  ['9,600 bit/s', { bitsPerSecond: 9600, roundTripMs: 300 }, 1300],
  ['1 Mbit/s', { bitsPerSecond: 1_000_000, roundTripMs: 300 }, 400],
];

/** What an operator does besides moving by a line: filters, other screens, a key that is held down, a slow line, a long day. */
export async function benchConsoleWork(console: Subject): Promise<readonly Result[]> {
  const session = new TerminalSession(console.command, { ...SIZE, env: console.env });
  try {
    await session.waitFor(console.allData);
    session.stopWatching();
    await delay(5000);
    const filtering = await answersTo(session, Array.from('/site=ams cpu>1'), 40);
    await session.press(ESCAPE, 100);
    const screens = await answersTo(
      session,
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? '\r' : ESCAPE)),
      150,
    );
    const held = await holdDown(session);
    const slow: Result[] = [];
    for (const [name, line, goal] of LINES) slow.push(...(await overLine(session, name, line, goal)));
    return [
      result('console: a key of a filter to settled frame, p99', p99(filtering), 'ms', { goal: 16 }),
      result(
        'console: another screen to first byte of its frame, p99',
        p99(screens, ({ first }) => first),
        'ms',
        {
          goal: 16,
        },
      ),
      result(`console: bytes a row of an arrow held down over ${HELD_ROWS} rows`, held, 'bytes', { goal: 800 }),
      ...slow,
      result(`console: memory after ${MANY_FRAMES} more frames`, await growth(session), 'MB', { goal: 10 }),
    ];
  } finally {
    await session.close();
  }
}

async function answersTo(
  session: TerminalSession,
  keys: readonly string[],
  gapMs: number,
): Promise<readonly KeyAnswer[]> {
  const answers: KeyAnswer[] = [];
  for (const key of keys) {
    const answer = await session.press(key, gapMs);
    if (answer !== null) answers.push(answer);
  }
  return answers;
}

function p99(answers: readonly KeyAnswer[], of: (answer: KeyAnswer) => number = ({ settled }) => settled): number {
  return quantile(answers.map(of), 0.99);
}

async function holdDown(session: TerminalSession): Promise<number> {
  const before = session.bytes;
  for (let row = 0; row < HELD_ROWS; row += 1) {
    session.write('j');
    await delay(REPEAT_MS);
  }
  await delay(500);
  return (session.bytes - before) / HELD_ROWS;
}

/** How far the screen is behind the last of many keys, and whether each of them counted, in its order. */
async function overLine(session: TerminalSession, name: string, line: Line, goal: number): Promise<readonly Result[]> {
  session.watchAgain();
  session.write('g');
  await delay(500);
  session.write(REDRAW);
  await session.waitFor(/^ 1 of 100,000/u, session.age + PATIENCE_MS);
  session.useLine(line);
  for (let key = 0; key < SLOW_KEYS; key += 1) {
    session.write('j');
    await delay(REPEAT_MS);
  }
  const last = performance.now();
  const arrived = await shows(session, new RegExp(`^ ${SLOW_KEYS + 1} of 100,000`, 'u'));
  const behind = performance.now() - last;
  for (const key of `/${TYPED}`) session.write(key);
  const inOrder = await shows(session, TYPED);
  session.write(ESCAPE);
  session.useLine(null);
  await delay(1000);
  session.stopWatching();
  return [
    result(`console: behind the last key at ${name} and a round trip of 300 ms`, behind, 'ms', { goal }),
    result(`console: keys lost or out of order at ${name}`, (arrived ? 0 : 1) + (inOrder ? 0 : 1), 'times', {
      goal: 0,
    }),
  ];
}

function shows(session: TerminalSession, text: string | RegExp): Promise<boolean> {
  return session.waitFor(text, session.age + PATIENCE_MS).then(
    () => true,
    () => false,
  );
}

async function growth(session: TerminalSession): Promise<number> {
  const frames = async (count: number): Promise<void> => {
    for (let frame = 0; frame < count; frame += 1) {
      session.write(frame % 2 === 0 ? 'j' : 'k');
      await delay(8);
    }
    await delay(3000);
  };
  await frames(MANY_FRAMES / 3);
  const before = session.usage().residentBytes;
  await frames(MANY_FRAMES);
  return (session.usage().residentBytes - before) / 1e6;
}
