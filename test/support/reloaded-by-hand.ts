import { expect, vi } from 'vitest';
import type { Machine } from '../../source/simulator/machine.ts';

/** Somebody pulls the plug of a simulated device; what it runs when it is up again. */
export async function runsAfterReload(machine: Machine): Promise<string> {
  const { bootedAt } = machine;
  machine.goDown('by itself');
  await vi.waitFor(() => expect(machine.bootedAt).not.toBe(bootedAt), { timeout: 10_000, interval: 10 });
  return machine.software.running;
}
