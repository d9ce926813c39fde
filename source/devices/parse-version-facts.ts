import { cleanLine } from '../model/text.ts';
import { DeviceError } from './device-error.ts';
import { type PlatformDriver, type VersionFacts, versionFactsSchema } from './platform.ts';

/** Reads an answer to `show version`. Throws a {@link DeviceError} `unparseable` that names what is missing or strange. */
export function parseVersionFacts(device: string, driver: PlatformDriver, answer: string): VersionFacts {
  const found = driver.parseShowVersion(answer);
  const cleaned = Object.fromEntries(
    Object.entries(found).map(([name, value]) => [name, typeof value === 'string' ? cleanLine(value) : value]),
  );
  const facts = versionFactsSchema.safeParse(cleaned);
  if (facts.success) return facts.data;
  const fields = [...new Set(facts.error.issues.map((issue) => issue.path.join('.')))].join(' and ');
  const message = `${device} answered \`${driver.showVersion}\` with no ${fields} in the form that ${driver.platform} devices print.`;
  throw new DeviceError('unparseable', message, answer);
}
