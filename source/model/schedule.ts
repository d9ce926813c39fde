/** When an upgrade may start. A `window` has been resolved to its next opening when the upgrade was requested. */
export type Schedule =
  | { readonly kind: 'now' }
  | { readonly kind: 'at'; readonly at: Date }
  | { readonly kind: 'window'; readonly opensAt: Date; readonly closesAt: Date };

/** A policy's weekly maintenance window, in the local time of its zone. */
export interface WeeklyWindow {
  /** ISO weekday: 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  /** Local wall-clock start, `HH:MM`. */
  readonly start: string;
  readonly minutes: number;
  /** IANA name, `Europe/Amsterdam`. */
  readonly timeZone: string;
}

/** What an operator chooses; {@link Schedule} is what becomes of it. */
export type ScheduleChoice =
  { readonly kind: 'now' } | { readonly kind: 'at'; readonly at: Date } | { readonly kind: 'window' };
