import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Point } from '../source/model/telemetry.ts';
import { TelemetryUnavailable, type TelemetryStore } from '../source/telemetry/store.ts';
import { cpu, minute, tagsOf } from './telemetry-contract-points.ts';

/** A store to test, and one that fails. */
export interface StoreUnderTest {
  readonly store: TelemetryStore;
  /** Stores what the store keeps of points that were sent to it long ago, of `cpu` and `memory`. */
  storePast(points: readonly Point[]): Promise<void>;
  /** Lets go of what `store` works on, after the tests. */
  close(): Promise<void>;
  /** A store of the same kind whose server is not there, and its secret (password or token). */
  openUnreachable(): { readonly store: TelemetryStore; readonly secret: string };
}

export function describeFailing(underTest: () => StoreUnderTest): void {
  const window = { start: minute(-10), end: minute(0) };
  const calls: readonly (readonly [string, (store: TelemetryStore) => Promise<unknown>])[] = [
    ['latest', (store) => store.latest(randomUUID(), ['r1'])],
    ['series', (store) => store.series(randomUUID(), ['r1'], 'cpu', window, 3)],
    ['history', (store) => store.history(randomUUID(), 'r1', 'cpu', { start: minute(-500_000), end: minute(0) }, 3)],
    ['health', (store) => store.health(randomUUID(), 'r1', window)],
    ['fleetHealth', (store) => store.fleetHealth(randomUUID(), window)],
    ['interfaces', (store) => store.interfaces(randomUUID(), 'r1', window)],
    ['sensors', (store) => store.sensors(randomUUID(), 'r1', window)],
    ['upgradeProgress', (store) => store.upgradeProgress(randomUUID(), 'r1', window, null)],
    ['validations', (store) => store.validations(randomUUID(), 'r1', window, '1')],
    ['ping', (store) => store.ping()],
    [
      'write and flush',
      async (store) => {
        await store.write([cpu(tagsOf('r1'), minute(-1), 10)]);
        await store.flush();
      },
    ],
  ];

  describe('without a server', () => {
    test.each(calls)('%s rejects with TelemetryUnavailable and without secrets', async (_, call) => {
      const { store, secret } = underTest().openUnreachable();
      const error = await call(store).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TelemetryUnavailable);
      expect(String(error)).toContain(store.address);
      expect(secret.length).toBeGreaterThan(8);
      expect(JSON.stringify({ text: String(error), ...Object(error) })).not.toContain(secret);
      await store.close().catch(() => undefined);
    });
  });

  describe('with a server', () => {
    test('ping takes some milliseconds', async () => {
      expect(await underTest().store.ping()).toBeGreaterThan(0);
    });

    test('the address has no secrets', () => {
      const { store, secret } = underTest().openUnreachable();
      expect(store.address).toMatch(/^[^@/]+(:\d+)?$/u);
      expect(store.address).not.toContain(secret);
    });
  });
}
