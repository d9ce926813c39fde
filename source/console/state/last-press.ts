import { defineSlice } from './slice.ts';

/** The key that was pressed last, for the log: what somebody does goes back to it. */
export interface LastPress {
  /** Its name, such as `enter` or `u`. */
  readonly key: string;
  /** The route of the screen, and the title of the dialog over it. */
  readonly screen: string;
  readonly dialog: string | null;
  readonly at: Date;
}

export const lastPressSlice = defineSlice<LastPress | null>('lastPress', () => null);
