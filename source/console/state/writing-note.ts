import { defineSlice } from './slice.ts';

/** What the status line says of telemetry that waits to be stored, or was lost; null: nothing. */
export const writingNoteSlice = defineSlice<string | null>('writing note', () => null, { keep: true });
