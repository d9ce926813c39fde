import { fit } from '../../text/width.ts';
import type { Part } from '../../text/parts.ts';

/** A line of the screen. */
export type LineParts = readonly Part[];

const LABEL_WIDTH = 11;

/** A word on the left, what it is, and a word on that. */
export function field(label: string, value: string, after = ''): LineParts {
  return [{ tone: 'muted', text: fit(label, LABEL_WIDTH) }, value, { tone: 'muted', text: after }];
}

/** The title of a part of the screen, and a word on the part as a whole. */
export function heading(title: string, note: string): LineParts {
  return [
    { tone: 'header', text: fit(title, LABEL_WIDTH) },
    { tone: 'muted', text: note },
  ];
}

/** A reason that somebody gave, in quotes, to stand behind what they did. */
export function reasonOf(reason: string | null): string {
  return reason === null || reason === '' ? '' : `  “${reason}”`;
}
