import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { growthOf, type Sample } from '../bench/soak/growth.ts';
import { watchProcess } from '../bench/soak/watch-process.ts';
import { randomFrom } from './support/random.ts';

/** So many looks in an hour, at a process whose memory and handles are these after so many hours. */
function looks(count: number, residentMb: (hours: number) => number, handles: (hours: number) => number): Sample[] {
  return Array.from({ length: count }, (_, at) => {
    const hours = at / count;
    return { hours, residentMb: residentMb(hours), handles: handles(hours) };
  });
}

describe('the growth of a process', () => {
  const random = randomFrom(5);
  const noise = (): number => (random() - 0.5) * 30;

  test('is none after it has warmed up, however its memory varies', () => {
    const settling = (hours: number): number => 150 + Math.min(50, hours * 400) + noise();
    const growth = growthOf(looks(600, settling, () => 30 + Math.floor(random() * 20)));
    expect(growth.flat).toBe(true);
    expect(Math.abs(growth.mbPerHour)).toBeLessThan(10);
  });

  test('is seen where memory leaks, or handles do', () => {
    const leaking = growthOf(
      looks(
        600,
        (hours) => 150 + 120 * hours + noise(),
        () => 30,
      ),
    );
    expect(leaking.flat).toBe(false);
    expect(leaking.mbPerHour).toBeGreaterThan(100);
    const handles = growthOf(
      looks(
        600,
        () => 150,
        (hours) => 30 + Math.floor(60 * hours) + Math.floor(random() * 20),
      ),
    );
    expect(handles.flat).toBe(false);
  });

  test('is looked at in the process itself', async () => {
    const watch = watchProcess(process.pid, 20);
    await expect.poll(() => watch.samples.length).toBeGreaterThan(0);
    const [sample] = watch.stop();
    expect(sample?.residentMb).toBeGreaterThan(20);
    expect(sample?.handles).toBeGreaterThan(3);
  });
});

test('the clock of a program is stepped by a signal: its dates, and not what measures spans', async () => {
  const clock = new URL('../bench/soak/stepping-clock.ts', import.meta.url).pathname;
  const says =
    'console.log(JSON.stringify([Date.now(), new Date().getTime(), performance.now(), new Date(5).getTime(), new Date() instanceof Date]))';
  const child = spawn(process.execPath, ['--import', clock, '-e', `process.stdin.on('data', () => ${says})`], {
    env: { ...process.env, NETUP_SOAK_STEPS: '3600000,-3600000,0' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (): Promise<readonly [number, number, number, number, boolean]> => {
    child.stdin.write('?\n');
    return JSON.parse((await lines.next()).value ?? '');
  };
  const minutesAhead = async (): Promise<number> => {
    const [now, date, span, given, isDate] = await ask();
    expect([date - now < 1000, span < 60_000, given, isDate]).toEqual([true, true, 5, true]);
    return Math.round((now - Date.now()) / 60_000) + 0;
  };
  expect(await minutesAhead()).toBe(0);
  for (const minutes of [60, -60, 0]) {
    child.kill('SIGUSR2');
    await expect.poll(minutesAhead).toBe(minutes);
  }
  child.stdin.end();
  const ended = once(child, 'exit');
  child.kill();
  await ended;
});
