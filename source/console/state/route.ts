import { cleanLine } from '../../model/text.ts';

/** Of a screen that needs to know nothing. */
export type NoParams = Record<string, never>;

/** One visit to a screen, as it lies on the stack. */
export interface ScreenEntry {
  readonly routeId: string;
  /** Its word in the breadcrumbs. */
  readonly title: string;
}

/** The name of a screen and what it needs to know. Kept apart from the screen itself, so that screens can lead to each other without importing each other. */
export interface Route<P extends object> {
  readonly id: string;
  /** An entry to push on the stack. */
  to(params: P): ScreenEntry;
  /** What the entry was made with; null if it belongs to another route. */
  params(entry: ScreenEntry): P | null;
}

/** `title` is its word in the breadcrumbs. A screen that needs to know nothing has the parameters `{}`. */
export function defineRoute<P extends object = NoParams>(id: string, title: (params: P) => string): Route<P> {
  const known = new WeakMap<ScreenEntry, P>();
  return {
    id,
    to(params) {
      const entry = { routeId: id, title: cleanLine(title(params)) };
      known.set(entry, params);
      return entry;
    },
    params: (entry) => known.get(entry) ?? null,
  };
}
