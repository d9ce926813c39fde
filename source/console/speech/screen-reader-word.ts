import { completeFrom, type Word } from '../command-line/word.ts';

const ANSWERS = ['on', 'off'] as const;

export const screenReaderWord: Word = {
  name: 'screen-reader',
  operands: 'on|off',
  purpose: 'from the next start on: rows and states in words, in order',
  complete: (_services, before) => completeFrom(before, ANSWERS),
  run({ context, notify }, text) {
    const answer = ANSWERS.find((each) => each === text);
    if (answer === undefined) return { at: 0, text: 'it is on or off' };
    context.preferences.set('screenReader', answer === 'on');
    notify('info', `From the next start on the console is ${answer === 'on' ? 'read in words' : 'drawn'}.`);
    return null;
  },
};
