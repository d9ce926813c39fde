import type { Logger } from '../config/log.ts';
import { cleanLine } from '../model/text.ts';
import type { EngineEvent } from '../upgrades/engine/engine-event.ts';

const MESSAGES: Readonly<Record<EngineEvent['event'], string>> = {
  taken: 'upgrade: taken',
  command: 'upgrade: command',
  step: 'upgrade: step',
};

/**
 * Writes what a worker does into its log, a line each: with the correlation id of the worker's own audit rows, and the one of the request
 * that it goes back to.
 */
export function upgradeJournal(log: Logger): (event: EngineEvent) => void {
  return ({ event, ...details }) => {
    const clean = Object.entries(details).map(([key, value]) => [
      key,
      typeof value === 'string' ? cleanLine(value) : value,
    ]);
    log.info(Object.fromEntries(clean), MESSAGES[event]);
  };
}
