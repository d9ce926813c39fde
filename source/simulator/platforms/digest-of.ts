import type { FlashFile } from '../flash.ts';
import type { Machine } from '../machine.ts';

export type Algorithm = 'sha512' | 'sha256' | 'md5';

const BYTES_PER_SECOND = 60_000_000;
const SLOW_SECONDS = 200;
const DOTS = 40;

/** The digest that a device prints for a file of its own; null where it is not known. */
export function digestOf(machine: Machine, file: FlashFile, algorithm: Algorithm): string | null {
  const digest = file[algorithm] ?? null;
  if (digest === null || !machine.has('checksum_mismatch')) return digest;
  // Wrong, and the same each time.
  return digest.replaceAll(/[0-9a-f]/gu, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
}

/** Takes the time that reading a file through takes. `onDot` is told now and then. */
export async function readThrough(machine: Machine, file: FlashFile, onDot: () => void): Promise<void> {
  const seconds = machine.has('slow_hash') ? SLOW_SECONDS : file.sizeBytes / BYTES_PER_SECOND;
  for (let dot = 0; dot < DOTS; dot += 1) {
    await machine.wait((seconds / DOTS) * 1000);
    onDot();
  }
}
