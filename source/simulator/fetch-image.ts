import { createHash } from 'node:crypto';
import type { FlashFile } from './flash.ts';
import type { SimulatedImage } from './image.ts';
import type { Machine } from './machine.ts';

/** About as over SCP on a real device: 471 MB in 370 s. */
const BYTES_PER_SECOND = 1_300_000;
const PARTS = 20;

export interface Fetched {
  readonly complete: boolean;
  readonly seconds: number;
}

/**
 * Brings an image onto a device's flash, which takes time and shows in the file's size. It goes on whether or not somebody watches, and ends
 * with the boot. Not complete: there was no room. `onPart` is told the bytes that have arrived.
 */
export async function fetchImage(
  machine: Machine,
  image: SimulatedImage,
  name: string,
  onPart: (bytes: number) => void,
): Promise<Fetched> {
  const { flash, device } = machine;
  const endWriting = machine.writers.begin(name);
  const begin = machine.now().getTime();
  const partMs = (image.sizeBytes / (device.copyBytesPerSecond ?? BYTES_PER_SECOND) / PARTS) * 1000;
  flash.remove(name);
  let file = part(machine, image, name, 0);
  flash.put(file);
  for (let count = 1; count <= PARTS; count += 1) {
    await machine.wait(partMs);
    const bytes = Math.floor((image.sizeBytes * count) / PARTS);
    const isThere = flash.find(name) === file;
    if (isThere && flash.freeBytes < bytes - file.sizeBytes) {
      endWriting();
      return { complete: false, seconds: seconds(machine, begin) };
    }
    // A file that was removed or renamed is gone for whoever writes to it.
    if (isThere) {
      file = part(machine, image, name, bytes);
      flash.put(file);
    }
    onPart(bytes);
  }
  const spoiled = endWriting();
  if (flash.find(name) === file) flash.put({ ...file, ...(spoiled ? {} : whole(image)) });
  return { complete: true, seconds: seconds(machine, begin) };
}

/** What is there of an image; its digests are those of nothing that anybody wants. */
function part(machine: Machine, image: SimulatedImage, name: string, sizeBytes: number): FlashFile {
  const digest = (algorithm: string): string =>
    createHash(algorithm).update(`${image.sha256} up to ${sizeBytes}`).digest('hex');
  return {
    name,
    sizeBytes,
    changedAt: machine.now(),
    sha256: digest('sha256'),
    sha512: digest('sha512'),
    md5: digest('md5'),
    version: null,
  };
}

function whole({ sizeBytes, sha256, sha512, md5, version }: SimulatedImage): Partial<FlashFile> {
  return { sizeBytes, sha256, sha512, md5, version };
}

function seconds(machine: Machine, begin: number): number {
  return Math.max(0.001, (machine.now().getTime() - begin) / 1000);
}
