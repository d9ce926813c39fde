import { defineSlice } from '../state/slice.ts';

/** Whether the terminal is asked to tell of its mouse. Off, unless somebody wants it: with it on, the terminal itself selects no text. */
export const mouseSlice = defineSlice('mouse', () => false, { keep: true });
