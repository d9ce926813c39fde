import { isBehind, lostLately, refusedPoints } from '../telemetry/spool/judge-writing.ts';
import type { Writing } from '../telemetry/spool/read-writing.ts';
import type { Loader } from './application.ts';
import { formatCount, plural } from './format/numbers.ts';
import { pause } from './pause.ts';
import { writingNoteSlice } from './state/writing-note.ts';

const EVERY_MS = 30_000;

/** Looks at what the writers of telemetry on this machine have left to send, and keeps what the status line says of it. */
export const watchWriting: Loader = {
  id: 'writing',
  async start({ context, store }, signal) {
    const { telemetry } = context;
    while (!signal.aborted && telemetry.writing !== undefined) {
      const writing = await telemetry.writing();
      if (!signal.aborted) store.set(writingNoteSlice, writingNote(writing, context.now().getTime()));
      await pause(EVERY_MS, signal);
    }
  },
};

/** `telemetry: 1,200 points waiting, 3 dropped`; null if all is sent and nothing was lost within a day. */
export function writingNote(writing: Writing, now: number): string | null {
  const lost = lostLately(writing, now);
  const refused = refusedPoints(writing);
  const parts = [
    isBehind(writing, now) ? `${plural(writing.waiting, 'point')} waiting` : null,
    lost && writing.dropped > 0 ? `${formatCount(writing.dropped)} dropped` : null,
    lost && refused > 0 ? `${formatCount(refused)} refused` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : `telemetry: ${parts.join(', ')}`;
}
