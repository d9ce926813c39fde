import type { Word } from '../command-line/word.ts';
import { tourSlice } from './tour-slice.ts';

export const tourWord: Word = {
  name: 'tour',
  operands: '',
  purpose: 'the tour of the first start',
  run({ store }, text) {
    if (text !== '') return { at: 0, text: 'tour takes nothing after it' };
    store.set<number | null>(tourSlice, 0);
    return null;
  },
};
