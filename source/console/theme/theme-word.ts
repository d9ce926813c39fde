import { completeFrom, type Word } from '../command-line/word.ts';
import { THEME_NAMES } from './themes.ts';

export const themeWord: Word = {
  name: 'theme',
  operands: 'NAME',
  purpose: THEME_NAMES.join(', '),
  complete: (_services, before) => completeFrom(before, THEME_NAMES),
  run(services, text) {
    const name = THEME_NAMES.find((each) => each === text);
    if (name === undefined) return { at: 0, text: `the themes are ${THEME_NAMES.join(', ')}` };
    services.setTheme(name);
    services.context.preferences.set('theme', name);
    if (services.theme.level === 0 && name !== 'none')
      services.notify('info', `The theme is ${name}, but NO_COLOR or your terminal asks for none.`);
    return null;
  },
};
