import { Progress } from './progress.ts';

const STEPS = 10;

/** Says how far a file was read, in tenths of it. */
export function readingProgress(
  stream: NodeJS.WritableStream,
  fileName: string,
  sizeBytes: number,
): { readonly onBytes: (read: number) => void; readonly clear: () => void } {
  const progress = new Progress(stream);
  let said = 0;
  return {
    onBytes(read) {
      const tenth = Math.floor((read * STEPS) / sizeBytes);
      // A small file is read at once, of which there is nothing to say.
      if (tenth <= said || tenth >= STEPS) return;
      said = tenth;
      progress.show(`Reading ${fileName}: ${tenth * STEPS} %`);
    },
    clear: () => progress.clear(),
  };
}
