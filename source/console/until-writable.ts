/**
 * Runs `work` at the end of the tick, or when the stream has taken what was written before: on a slow line the frames between are
 * never made, instead of piling up.
 */
export function untilWritable(stream: NodeJS.WritableStream, work: () => void): void {
  queueMicrotask(() => {
    if ('writableNeedDrain' in stream && stream.writableNeedDrain === true) stream.once('drain', work);
    else work();
  });
}
