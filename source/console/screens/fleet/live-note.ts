import { liveSlice } from '../../loaders/live-changes.ts';
import type { ConsoleServices } from '../../services.ts';
import { connectionsSlice } from '../../state/connections.ts';
import type { Part } from '../../text/parts.ts';

/**
 * True while PostgreSQL answers but does not tell of changes, so that they appear only when we ask again. When it does not answer at
 * all the header says so, and this would be noise.
 */
export function asksForChanges({ store }: ConsoleServices): boolean {
  return store.get(liveSlice) === 'polling' && store.get(connectionsSlice).postgres.state === 'up';
}

export const LIVE_NOTE: readonly Part[] = [
  { tone: 'border', text: ' · ' },
  { tone: 'warn', text: 'changes appear late' },
];
