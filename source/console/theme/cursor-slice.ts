import { defineSlice } from '../state/slice.ts';

/**
 * How the current row of a table is shown: by a bar at its beginning and its first cell in bold, or by all of its cells on another ground,
 * which takes twice the bytes of a line for each step.
 */
export const CURSOR_LOOKS = ['bar', 'row'] as const;

export type CursorLook = (typeof CURSOR_LOOKS)[number];

export const cursorSlice = defineSlice<CursorLook>('cursor', () => 'bar', { keep: true });
