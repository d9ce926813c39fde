import type { Platform } from '../model/platform.ts';
import { LOG_COMMANDS, type LogEntry, parseLog } from './device-log.ts';
import { DRIVERS } from './drivers.ts';
import { openSession } from './open-session.ts';
import { parseVersionFacts } from './parse-version-facts.ts';
import type { VersionFacts } from './platform.ts';
import type { Target } from './target.ts';

/** What was asked for; null for what was not. */
export interface PolledDevice {
  readonly facts: VersionFacts | null;
  readonly log: readonly LogEntry[] | null;
}

/** Logs in once, and reads what is asked for; changes nothing. Rejects with a `DeviceError`, or with the reason of the target's signal. */
export async function pollDevice(
  target: Target & { readonly platform: Platform },
  wanted: { readonly facts: boolean; readonly log: boolean },
): Promise<PolledDevice> {
  const driver = DRIVERS[target.platform];
  const session = await openSession(target, driver);
  const hangUp = (): void => session.close();
  target.signal?.addEventListener('abort', hangUp, { once: true });
  try {
    const facts = wanted.facts
      ? parseVersionFacts(session.device, driver, await session.run(driver.showVersion))
      : null;
    if (!wanted.log) return { facts, log: null };
    // The log of Cisco and Arista is for those with rights.
    await session.elevate();
    return { facts, log: parseLog(await session.run(LOG_COMMANDS[target.platform])) };
  } catch (error) {
    target.signal?.throwIfAborted();
    throw error;
  } finally {
    target.signal?.removeEventListener('abort', hangUp);
    session.close();
  }
}
