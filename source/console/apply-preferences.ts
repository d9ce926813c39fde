import { z } from 'zod';
import type { Application } from './application.ts';
import { ownKeysSchema } from './commands/own-keys.ts';
import { readPreference } from './context.ts';
import { mouseSlice } from './mouse/mouse-slice.ts';
import type { ConsoleServices } from './services.ts';
import { CURSOR_LOOKS, cursorSlice } from './theme/cursor-slice.ts';
import { THEME_NAMES } from './theme/themes.ts';

/** Makes theme, cursor, keys and mouse what the preferences say, and says which keys cannot be. */
export function applyPreferences(application: Application, services: ConsoleServices): void {
  const { preferences } = services.context;
  services.setTheme(readPreference(preferences, 'theme', z.enum(THEME_NAMES), 'standard'));
  services.store.set(cursorSlice, readPreference(preferences, 'cursor', z.enum(CURSOR_LOOKS), 'bar'));
  services.store.set(
    mouseSlice,
    services.context.mouse === true || readPreference(preferences, 'mouse', z.boolean(), false),
  );
  const [fault, ...others] = application.setKeys(readPreference(preferences, 'keys', ownKeysSchema, {}));
  services.store.touch();
  if (fault === undefined) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more of the kind)`;
  services.notify('warn', `${fault}${more}`);
}
