/** A change of one of Ink's built files: text that must occur in it exactly once, and what takes its place. */
export type Replacement = readonly [find: string, replace: string];
