/** The flag of every command that gives somebody the console. */
export const readOnlyFlag = {
  readOnly: { type: 'boolean', help: 'look only: nothing that changes something has a key' },
} as const;

/** The flags of every command that opens the console. */
export const consoleFlags = {
  ...readOnlyFlag,
  mouse: { type: 'boolean', help: 'clicks choose rows and sort, the wheel scrolls; Shift selects text then' },
  screenReader: { type: 'boolean', help: 'rows and states in words and in order, without lines and charts' },
} as const;

/** What they say. */
export interface ConsoleFlags {
  readonly readOnly?: boolean | undefined;
  readonly mouse?: boolean | undefined;
  readonly screenReader?: boolean | undefined;
}
