import type { DeviceLink } from '../../device-link.ts';

/** A configuration that was printed to its end. */
export async function readConfiguration(link: DeviceLink, which: 'running' | 'startup'): Promise<string> {
  const command = `show ${which}-config`;
  const answer = await link.askQuietly(command);
  link.require(command, answer, /^end\s*$/u);
  return answer;
}

export async function saveConfiguration(link: DeviceLink): Promise<void> {
  link.require('write', await link.ask('write'), /^Copy completed successfully\./u);
}
