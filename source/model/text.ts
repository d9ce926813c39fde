// Bidirectional controls can reorder what follows them on the line; line and paragraph separators can break a row.
const HOSTILE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
// Of one emoji made of several, terminals draw one or all of them, as wide as they like, and a row that is wider than thought breaks the frame. So what joins
// and changes them goes: joiners between them, variation selectors, skin tones, keycaps.
const DISPUTED =
  /(?<=\p{Extended_Pictographic}|\ufe0f|\p{Emoji_Modifier})\u200d|\ufe0e|\ufe0f|\u20e3|\p{Emoji_Modifier}/gu;
// Whole sequences first, so that no harmless-looking rest such as `[31m` stays behind.
const ESCAPES =
  /(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b[PX^_]|[\u0090\u0098\u009e\u009f])[^\u001b\u009c]*(?:\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/gu;

/**
 * Makes a string from a device, a database or a model safe for one line of a terminal, a log or a prompt: takes out escape
 * sequences, turns line breaks and tabs into spaces, and drops every other control and direction-changing character, and what joins
 * emoji to one.
 */
export function cleanLine(hostile: string): string {
  return hostile
    .replace(ESCAPES, '')
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/gu, ' ')
    .replace(DISPUTED, '')
    .replace(HOSTILE, '');
}

/** Like {@link cleanLine} for text of several lines: keeps line breaks (as `\n`), turns tabs into spaces. */
export function cleanText(hostile: string): string {
  return hostile
    .split(/\r\n|\n|\r/u)
    .map((line) => cleanLine(line))
    .join('\n');
}
