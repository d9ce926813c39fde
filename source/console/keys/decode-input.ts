import type { Key } from 'ink';
import { graphemes } from '../text/width.ts';
import type { KeyPress } from './key-press.ts';

const NAMED = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pgup'],
  ['pageDown', 'pgdn'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
] as const;

/**
 * Turns what Ink's `useInput` gives into key presses. Keys that arrive together (`jj`, `j` and Enter, over a slow line) come as one
 * string; each becomes a press of its own, so that none is lost.
 */
export function decodeInput(input: string, key: Key): readonly KeyPress[] {
  if (key.eventType === 'release') return [];
  const presses = keysOf(input, key);
  if (!key.meta) return presses;
  // Only the kitty protocol tells Alt from an Esc that arrived together with the next key. A terminal without it gets the Esc.
  if (key.eventType === undefined) return [{ name: 'esc', text: '' }, ...presses];
  return presses.map(({ name }) => ({ name: `alt+${name}`, text: '' }));
}

function keysOf(input: string, key: Key): readonly KeyPress[] {
  const named = NAMED.find(([flag]) => key[flag]);
  if (named !== undefined) return [{ name: withModifiers(named[1], key), text: '' }];
  if (key.ctrl)
    return input === '' ? [] : [{ name: `ctrl+${input === ' ' ? 'space' : input.toLowerCase()}`, text: '' }];
  return graphemes(input).map((grapheme) => typed(grapheme));
}

function withModifiers(name: string, key: Key): string {
  return `${key.ctrl ? 'ctrl+' : ''}${key.shift ? 'shift+' : ''}${name}`;
}

function typed(grapheme: string): KeyPress {
  if (grapheme === '\r' || grapheme === '\n' || grapheme === '\r\n') return { name: 'enter', text: '' };
  if (grapheme === '\t') return { name: 'tab', text: '' };
  if (grapheme === ' ') return { name: 'space', text: ' ' };
  if (grapheme === '\u007f' || grapheme === '\b') return { name: 'backspace', text: '' };
  if (grapheme === '\u001b') return { name: 'esc', text: '' };
  const code = grapheme.charCodeAt(0);
  if (code < 0x20) return { name: code === 0 ? 'ctrl+space' : `ctrl+${String.fromCharCode(code + 0x60)}`, text: '' };
  return { name: grapheme, text: grapheme };
}
