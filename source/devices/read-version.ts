import { z } from 'zod';
import type { DeviceLink } from './device-link.ts';
import { parseVersionFacts } from './parse-version-facts.ts';
import type { PlatformDriver, VersionFacts } from './platform.ts';

const withModel = z.object({ model: z.string() });

/** What `show version` says, as a device that is to be upgraded must say it. */
export interface ReadVersion extends Pick<VersionFacts, 'version' | 'serial' | 'uptimeSeconds'> {
  /** From the prompt, where the platform's answer does not have it. */
  readonly hostname: string;
  readonly model: string;
  readonly answer: string;
}

/** Reads `show version`. Throws a `DeviceError` if the model or the version cannot be read. */
export async function readVersion(link: DeviceLink, driver: PlatformDriver): Promise<ReadVersion> {
  const answer = await link.ask(driver.showVersion);
  const { hostname, version, serial, uptimeSeconds, ...facts } = parseVersionFacts(link.device, driver, answer);
  const { model } = link.read(driver.showVersion, answer, withModel, facts);
  const prompted = driver.prompt.exec(link.prompt)?.groups?.['host'] ?? '';
  return { hostname: hostname ?? prompted, version, serial, uptimeSeconds, model, answer };
}
