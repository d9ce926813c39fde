import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type KeyAnswer, TerminalSession } from './terminal-session.ts';
import { quantile, type Result, result } from './result.ts';

const KEYS = 200;
const GAP_MS = 60;
const IDLE_MS = 30_000;

/** A program to measure: how to start it, and what it prints when the first page and when everything is there. */
export interface Subject {
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  readonly firstData: string | RegExp;
  readonly allData: string | RegExp;
}

interface Figures {
  readonly firstByte: number;
  readonly firstData: number;
  readonly allData: number;
  readonly move: readonly KeyAnswer[];
  readonly scroll: readonly KeyAnswer[];
  readonly unanswered: number;
  /** Processor time of a key, in milliseconds: says how much of the time to a frame was spent on it, however busy the machine is. */
  readonly moveCpu: number;
  readonly scrollCpu: number;
  readonly residentMb: number;
  readonly idleCpuPercent: number;
  readonly idleBytesPerSecond: number;
}

/**
 * Measures the console at 200x50 next to a bare Ink table of as many rows, one after the other; its memory also next to the same
 * console on an organization without routers.
 */
export async function benchConsole(console: Subject, empty: Subject, table: Subject): Promise<readonly Result[]> {
  const floor = await measure(table);
  const own = await measure(console);
  const [fullMb, emptyMb] = [await measureMemory(console), await measureMemory(empty)];
  const settled = (answers: readonly KeyAnswer[], share: number): number =>
    quantile(
      answers.map((answer) => answer.settled),
      share,
    );
  const bytes = (answers: readonly KeyAnswer[]): number =>
    quantile(
      answers.map((answer) => answer.bytes),
      0.5,
    );
  const row = (name: string, unit: string, figure: (figures: Figures) => number, goal?: number): Result =>
    result(`console: ${name}`, figure(own), unit, {
      reference: figure(floor),
      ...(goal === undefined ? {} : { goal }),
    });
  return [
    row('cursor move, key to settled frame, median', 'ms', (f) => settled(f.move, 0.5), 4),
    row('cursor move, key to settled frame, p99', 'ms', (f) => settled(f.move, 0.99), 10),
    row('scroll by a line, key to settled frame, median', 'ms', (f) => settled(f.scroll, 0.5), 6),
    row('scroll by a line, key to settled frame, p99', 'ms', (f) => settled(f.scroll, 0.99), 12),
    row('processor time of a cursor move', 'ms', (f) => f.moveCpu),
    row('processor time of a scroll', 'ms', (f) => f.scrollCpu),
    row('bytes of a cursor move, median', 'bytes', (f) => bytes(f.move), 300),
    row('bytes of a scroll, median', 'bytes', (f) => bytes(f.scroll)),
    result('console: keys without an answer', own.unanswered, 'keys', { reference: floor.unanswered, goal: 0 }),
    row('first byte', 'ms', (f) => f.firstByte, 150),
    row('first page of data', 'ms', (f) => f.firstData, 500),
    row('all 100,000 rows', 'ms', (f) => f.allData, 1500),
    row('resident memory', 'MB', (f) => f.residentMb, 200),
    result('console: memory over the empty console', fullMb - emptyMb, 'MB', { goal: 60 }),
    row('idle processor over 30 s', '% of a core', (f) => f.idleCpuPercent, 1),
    row('idle output over 30 s', 'bytes/s', (f) => f.idleBytesPerSecond, 400),
  ];
}

/** The same keys in htop, which shows some hundred rows: what a terminal and this machine allow at best. Nothing where it is not installed. */
export async function benchHtop(env: NodeJS.ProcessEnv): Promise<readonly Result[]> {
  const found = (env['PATH'] ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, 'htop')));
  if (!found) return [];
  const session = new TerminalSession(['htop', '--delay=100'], { columns: 200, rows: 50, env });
  try {
    await session.waitFor('F10');
    session.stopWatching();
    await quiet(session);
    const { answers } = await pressAll(session, ['\u001b[B', '\u001b[A']);
    const settled = answers.map((answer) => answer.settled);
    return [
      result('htop: cursor move, key to settled frame, median', quantile(settled, 0.5), 'ms'),
      result('htop: cursor move, key to settled frame, p99', quantile(settled, 0.99), 'ms'),
    ];
  } finally {
    await session.close();
  }
}

async function measure(subject: Subject): Promise<Figures> {
  const session = new TerminalSession(subject.command, { columns: 200, rows: 50, env: subject.env });
  try {
    const firstData = await session.waitFor(subject.firstData);
    const allData = await session.waitFor(subject.allData);
    session.stopWatching();
    await quiet(session);
    const move = await pressAll(session, ['j', 'k']);
    // Past the last visible row every further step scrolls by one line.
    for (let row = 0; row < 60; row += 1) await session.press('j', 15);
    await quiet(session);
    const scroll = await pressAll(session, ['j']);
    await quiet(session);
    const before = { usage: session.usage(), bytes: session.bytes };
    await delay(IDLE_MS);
    const after = { usage: session.usage(), bytes: session.bytes };
    return {
      firstByte: session.firstByte,
      firstData,
      allData,
      move: move.answers,
      scroll: scroll.answers,
      unanswered: move.unanswered + scroll.unanswered,
      moveCpu: move.cpuMs,
      scrollCpu: scroll.cpuMs,
      residentMb: after.usage.residentBytes / 1e6,
      idleCpuPercent: ((after.usage.cpuSeconds - before.usage.cpuSeconds) / (IDLE_MS / 1000)) * 100,
      idleBytesPerSecond: (after.bytes - before.bytes) / (IDLE_MS / 1000),
    };
  } finally {
    await session.close();
  }
}

/** Resident memory after a rest and without keys, which cost memory of their own; in MB. */
async function measureMemory(subject: Subject): Promise<number> {
  const session = new TerminalSession(subject.command, { columns: 200, rows: 50, env: subject.env });
  try {
    await session.waitFor(subject.allData);
    session.stopWatching();
    await delay(IDLE_MS);
    return session.usage().residentBytes / 1e6;
  } finally {
    await session.close();
  }
}

async function pressAll(session: TerminalSession, keys: readonly string[]) {
  const answers: KeyAnswer[] = [];
  let unanswered = 0;
  const before = session.usage().cpuSeconds;
  for (let index = 0; index < KEYS; index += 1) {
    const answer = await session.press(keys[index % keys.length] ?? 'j', GAP_MS);
    if (answer === null) unanswered += 1;
    else answers.push(answer);
  }
  return { answers, unanswered, cpuMs: ((session.usage().cpuSeconds - before) * 1000) / KEYS };
}

/** Waits until the program has printed nothing for a while (at most 10 s: live data may keep it busy). */
async function quiet(session: TerminalSession): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (let seen = -1; seen !== session.bytes && performance.now() < deadline;) {
    seen = session.bytes;
    await delay(500);
  }
}
