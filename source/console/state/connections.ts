import { defineSlice } from './slice.ts';

/** How one of the two databases answers. */
export interface Connection {
  readonly state: 'unknown' | 'up' | 'down';
  /** Of the last answer. */
  readonly roundTripMs: number | null;
  /** When it last answered, milliseconds since the epoch: what is on the screen is at least that old. */
  readonly lastAnswerAt: number | null;
}

export interface Connections {
  readonly postgres: Connection;
  readonly telemetry: Connection;
}

const unknown: Connection = { state: 'unknown', roundTripMs: null, lastAnswerAt: null };

export const connectionsSlice = defineSlice<Connections>(
  'connections',
  () => ({ postgres: unknown, telemetry: unknown }),
  {
    keep: true,
  },
);
