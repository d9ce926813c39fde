import { completeFrom, type Word } from '../command-line/word.ts';
import { CURSOR_LOOKS, cursorSlice } from './cursor-slice.ts';

export const cursorWord: Word = {
  name: 'cursor',
  operands: 'LOOK',
  purpose: 'bar marks the current row at its beginning, row all of it',
  complete: (_services, before) => completeFrom(before, CURSOR_LOOKS),
  run(services, text) {
    const look = CURSOR_LOOKS.find((each) => each === text);
    if (look === undefined) return { at: 0, text: `the cursor is ${CURSOR_LOOKS.join(' or ')}` };
    services.store.set(cursorSlice, look);
    services.context.preferences.set('cursor', look);
    return null;
  },
};
