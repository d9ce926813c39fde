import { completeFrom, type Word } from '../command-line/word.ts';
import { mouseSlice } from './mouse-slice.ts';

const ANSWERS = ['on', 'off'] as const;

export const mouseWord: Word = {
  name: 'mouse',
  operands: 'on|off',
  purpose: 'click a row or a title, turn the wheel; Shift selects text then',
  complete: (_services, before) => completeFrom(before, ANSWERS),
  run({ store, context }, text) {
    const answer = ANSWERS.find((each) => each === text);
    if (answer === undefined) return { at: 0, text: 'the mouse is on or off' };
    store.set(mouseSlice, answer === 'on');
    context.preferences.set('mouse', answer === 'on');
    return null;
  },
};
