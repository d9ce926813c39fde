import type { Platform } from '../model/platform.ts';
import { DRIVERS } from './drivers.ts';
import { openSession } from './open-session.ts';
import { parseVersionFacts } from './parse-version-facts.ts';
import type { VersionFacts } from './platform.ts';
import type { Target } from './target.ts';

/** What a device says of itself. */
export interface DeviceFacts extends VersionFacts {
  readonly platform: Platform;
  /** From `show version`, else from the prompt, which long names may not fit in. */
  readonly hostname: string;
  /** The fingerprint of the host key that the device showed, `SHA256:...`. */
  readonly hostKey: string;
  /** From the first packet to the parsed answer. */
  readonly milliseconds: number;
}

/**
 * Logs in to a device and reads `show version`; changes nothing on it.
 * Rejects with a DeviceError, or with the reason of the target's signal.
 */
export async function readFacts(target: Target & { readonly platform: Platform }): Promise<DeviceFacts> {
  const driver = DRIVERS[target.platform];
  const started = performance.now();
  const session = await openSession(target, driver);
  try {
    const answer = await session.run(driver.showVersion);
    const facts = parseVersionFacts(session.device, driver, answer);
    return {
      ...facts,
      platform: driver.platform,
      hostname: facts.hostname ?? driver.prompt.exec(session.prompt)?.groups?.['host'] ?? '',
      hostKey: session.hostKey,
      milliseconds: Math.round(performance.now() - started),
    };
  } finally {
    session.close();
  }
}
