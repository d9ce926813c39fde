import { expect, test, vi } from 'vitest';
import { DatabaseUnavailable } from '../../postgres/database.ts';
import type { Duty, WorkerLog } from './duty.ts';
import { runDutiesOnce, runWorker } from './run-duties.ts';

const away = (): DatabaseUnavailable => new DatabaseUnavailable('PostgreSQL does not answer.');

/** A duty that fails as it is told to, one run after the other, and then does not; each run is counted. */
function dutyThat(fails: readonly (Error | null)[], intervalMs = 1): Duty & { runs: number } {
  const left = [...fails];
  const duty = {
    name: 'duty',
    intervalMs,
    runs: 0,
    run: (): Promise<void> => {
      duty.runs += 1;
      const error = left.shift() ?? null;
      return error === null ? Promise.resolve() : Promise.reject(error);
    },
  };
  return duty;
}

/** Starts a worker whose log is the list of its lines. */
function start(duties: readonly Duty[], prepare = (): Promise<void> => Promise.resolve()) {
  const lines: string[] = [];
  const say = (message: string): void => void lines.push(message);
  const log: WorkerLog = { info: say, warn: say, error: (message, error) => say(`${message} ${String(error)}`) };
  const ending = new AbortController();
  const stopped = runWorker({ prepare, duties, log, signal: ending.signal });
  const stop = async (): Promise<void> => {
    ending.abort();
    await stopped;
  };
  return { lines, stop, stopped };
}

test('each duty is done at once, and again at its interval, the others meanwhile', async () => {
  const [often, seldom] = [dutyThat([]), dutyThat([], 3_600_000)];
  const { lines, stop } = start([seldom, often]);
  await vi.waitFor(() => expect(often.runs).toBeGreaterThan(3));
  expect(seldom.runs).toBe(1);
  await stop();
  expect(lines).toEqual(['The worker is up: duty, duty.', 'The worker has stopped.']);
});

test('an outage is told of once, and so is its end; the duty that met it is done first after it', async () => {
  const duty = dutyThat([null, away(), away(), null]);
  const { lines, stop } = start([duty]);
  await vi.waitFor(() => expect(duty.runs).toBeGreaterThan(4), { timeout: 10_000 });
  await stop();
  expect(lines.slice(1, -1)).toEqual([
    'PostgreSQL does not answer. The worker goes on trying.',
    'PostgreSQL answers again.',
  ]);
});

test('a duty that fails is told of once, keeps none of the others from their turns, and is tried again', async () => {
  const [failing, other] = [dutyThat([new Error('odd'), new Error('odd'), null]), dutyThat([])];
  const { lines, stop } = start([failing, other]);
  await vi.waitFor(() => expect(Math.min(failing.runs, other.runs)).toBeGreaterThan(4));
  await stop();
  expect(lines.slice(1, -1)).toEqual(['duty: failed. Error: odd', 'duty: works again.']);
});

test('a worker waits for PostgreSQL before it begins, and ends at once when it is told to meanwhile', async () => {
  const duty = dutyThat([]);
  const { lines, stop } = start([duty], () => Promise.reject(away()));
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  await stop();
  expect({ lines, runs: duty.runs }).toEqual({
    lines: ['PostgreSQL does not answer. The worker goes on trying.', 'The worker has stopped.'],
    runs: 0,
  });
});

test('a worker that may not work here does not begin', async () => {
  const duty = dutyThat([]);
  const { stopped } = start([duty], () => Promise.reject(new Error('a superuser')));
  await expect(stopped).rejects.toThrow('a superuser');
  expect(duty.runs).toBe(0);
});

test('once is each in their order, until one fails', async () => {
  const [first, second, third] = [dutyThat([]), dutyThat([away()]), dutyThat([])];
  await expect(runDutiesOnce([first, second, third])).rejects.toThrow('does not answer');
  expect([first.runs, second.runs, third.runs]).toEqual([1, 1, 0]);
});
