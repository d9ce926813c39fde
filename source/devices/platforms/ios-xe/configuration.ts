import type { DeviceLink } from '../../device-link.ts';

/** A configuration that was printed to its end. */
export async function readConfiguration(link: DeviceLink, which: 'running' | 'startup'): Promise<string> {
  const command = `show ${which}-config`;
  const answer = await link.askQuietly(command);
  link.require(command, answer, /^end\s*$/u);
  return answer;
}

export async function writeMemory(link: DeviceLink): Promise<void> {
  const command = 'write memory';
  // Asked where another version saved the last time: it could not read what this one writes.
  const question = /^Overwrite the previous NVRAM configuration\? ?\[confirm\]$/iu;
  const answer = await link.ask(command, { answers: [{ question, send: '\n' }] });
  link.require(command, answer, /^\[OK\]/u);
}
