import type { Word } from '../command-line/word.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { DialogLine, DialogSpec } from '../state/dialogs.ts';
import { fit } from '../text/width.ts';
import type { FoundCommand } from './registry.ts';

const KEYS_WIDTH = 14;
const WORDS_WIDTH = 22;

/** All that works on a screen, by category, with the reason where something does not work now. */
export function helpDialog(title: string, found: readonly FoundCommand[], words: readonly Word[] = []): DialogSpec {
  const categories = [...new Set(found.map(({ command }) => command.category))];
  const lines = categories.flatMap((category, index) => [
    ...(index === 0 ? [] : ['']),
    { tone: 'title', text: category } as const,
    ...found.filter(({ command }) => command.category === category).map((entry) => helpLine(entry)),
  ]);
  const written = words.map(({ name, operands, purpose }) => `  ${fit(`:${name} ${operands}`, WORDS_WIDTH)}${purpose}`);
  return {
    title: `Keys on ${title}`,
    lines: written.length === 0 ? lines : [...lines, '', { tone: 'title', text: 'Command line' }, ...written],
  };
}

function helpLine({ command, availability }: FoundCommand): DialogLine {
  const keys = fit(command.keys.map((key) => keyLabel(key)).join(' '), KEYS_WIDTH);
  const text = `  ${keys}${command.description ?? command.title}`;
  return availability.kind === 'disabled' ? { tone: 'disabled', text: `${text} — ${availability.reason}` } : text;
}
