import { expect, it } from 'vitest';
import type { DeviceState } from '../../devices/operations.ts';
import { FAST_PACE } from '../../../test/support/fast-pace.ts';
import { waitForBoot } from './boot.ts';

const BOOTED = new Date('2026-10-01T00:00:00Z');
const TOLD = new Date('2026-11-01T00:00:00Z').getTime();
const intent = { bootedAt: BOOTED.getTime(), bootedWithin: 1000, at: TOLD };

function state(kind: 'busy' | 'idle', bootedAt = BOOTED): DeviceState {
  return {
    hostname: 'ams-core-01',
    model: 'ASR1002-HX',
    serial: null,
    runningVersion: '17.09.04a',
    bootsNext: null,
    bootedAt,
    bootedWithin: 1000,
    freeBytes: 0,
    members: [],
    install: kind === 'busy' ? { kind, detail: 'install_add_activate' } : { kind },
    clockSynchronized: true,
  };
}

/** Waits for a device that answers so, from when the time to go down is over; each look takes a second. */
async function waits(answers: readonly DeviceState[]): Promise<DeviceState> {
  let now = TOLD + FAST_PACE.goDown + 1;
  const left = [...answers];
  const readState = (): Promise<DeviceState> => {
    const next = left.shift();
    return next === undefined ? Promise.reject(new Error('it was asked once too often')) : Promise.resolve(next);
  };
  return waitForBoot(
    {
      pace: FAST_PACE,
      signal: new AbortController().signal,
      now: () => new Date(now),
      device: () => Promise.resolve({ readState }),
      hangUp: () => undefined,
      pause: () => Promise.resolve(void (now += 1000)),
    },
    intent,
  );
}

it('waits for a device that still installs, as after a worker that told it died, until it has booted', async () => {
  const booted = state('idle', new Date(TOLD + 60_000));
  expect(await waits([state('busy'), state('busy'), booted])).toBe(booted);
});

it('does not wait for one that installs nothing and stays up', async () => {
  await expect(waits([state('busy'), state('idle')])).rejects.toThrow('The device did not go down in 1 s.');
});

it('does not wait for ever for one that installs', async () => {
  const answers = Array.from({ length: 20 }, () => state('busy'));
  await expect(waits(answers)).rejects.toThrow('The device was not back after 15 s.');
});
