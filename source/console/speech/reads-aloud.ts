import { z } from 'zod';
import { type ConsoleContext, readPreference } from '../context.ts';

/** Whether all is said in words. INK_SCREEN_READER counts as well, which Ink reads itself. */
export function readsAloud({
  screenReader,
  preferences,
}: Pick<ConsoleContext, 'screenReader' | 'preferences'>): boolean {
  return screenReader === true || readPreference(preferences, 'screenReader', z.boolean(), false);
}
