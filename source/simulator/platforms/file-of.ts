import { createHash } from 'node:crypto';
import type { FlashFile } from '../flash.ts';

/** A file that belongs to a device from the start. */
export function fileOf(name: string, sizeBytes: number, version: string | null): FlashFile {
  const digest = (algorithm: string): string => createHash(algorithm).update(`${name} ${sizeBytes}`).digest('hex');
  return {
    name,
    sizeBytes,
    changedAt: new Date('2025-11-03T09:14:00Z'),
    sha256: digest('sha256'),
    sha512: digest('sha512'),
    md5: digest('md5'),
    version,
  };
}
