import { keyLabel } from '../keys/key-label.ts';
import type { DialogLine, DialogSpec } from '../state/dialogs.ts';
import { fit } from '../text/width.ts';
import type { FoundCommand } from './registry.ts';

const KEYS_WIDTH = 14;

/** All that works on a screen, by category, with the reason where something does not work now. */
export function helpDialog(title: string, found: readonly FoundCommand[]): DialogSpec {
  const categories = [...new Set(found.map(({ command }) => command.category))];
  const lines = categories.flatMap((category, index) => [
    ...(index === 0 ? [] : ['']),
    { tone: 'title', text: category } as const,
    ...found.filter(({ command }) => command.category === category).map((entry) => helpLine(entry)),
  ]);
  return { title: `Keys on ${title}`, lines };
}

function helpLine({ command, availability }: FoundCommand): DialogLine {
  const keys = fit(command.keys.map((key) => keyLabel(key)).join(' '), KEYS_WIDTH);
  const text = `  ${keys}${command.description ?? command.title}`;
  return availability.kind === 'disabled' ? { tone: 'disabled', text: `${text} — ${availability.reason}` } : text;
}
