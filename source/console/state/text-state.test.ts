import { describe, expect, it } from 'vitest';
import { editText, insertText, NO_TEXT, textState, textTarget, type TextState } from './text-state.ts';

const press = (text: TextState, ...names: readonly string[]): TextState =>
  names.reduce((state, name) => editText(state, { name, text: name.length === 1 ? name : '' }) ?? state, text);

describe('editText', () => {
  it.each([
    [['a', 'b', 'left', 'c'], 'acb', 2],
    [['a', 'b', 'backspace'], 'a', 1],
    [['a', 'b', 'home', 'delete'], 'b', 0],
    [['a', 'b', 'c', 'left', 'ctrl+u'], 'c', 0],
    [['a', 'b', 'c', 'left', 'ctrl+k'], 'ab', 2],
    [['home', 'left', 'right'], '', 0],
  ])('%j gives %j', (keys, value, cursor) => {
    expect(press(NO_TEXT, ...keys)).toEqual({ value, cursor });
  });

  it('takes out a word', () => {
    expect(press(textState('site=ams cpu '), 'ctrl+w')).toEqual({ value: 'site=ams ', cursor: 9 });
  });

  it('deletes a whole grapheme', () => {
    expect(press(textState('a👩‍👩‍👧‍👦'), 'backspace')).toEqual({ value: 'a', cursor: 1 });
  });

  it('leaves other keys alone', () => {
    expect(editText(NO_TEXT, { name: 'enter', text: '' })).toBeNull();
  });
});

it('pastes on one line, without control characters', () => {
  expect(insertText(textState('a'), 'b\nc\u001b[31m')).toEqual({ value: 'ab c', cursor: 4 });
});

it('refuses a paste where the text must be typed', () => {
  const read = (): TextState => NO_TEXT;
  expect(textTarget(read, () => undefined)).toHaveProperty('paste');
  expect(textTarget(read, () => undefined, { paste: false })).not.toHaveProperty('paste');
});
