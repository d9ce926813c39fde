/** Text that somebody else wrote, quoted for a message: what is not plain ASCII is written as `\u{...}`, long text is cut. */
export function quoted(text: string, limit = 40): string {
  const escaped = visible(text).replaceAll('\n', '\\n');
  return `"${escaped.length > limit ? `${escaped.slice(0, limit)}...` : escaped}"`;
}

/** Text of several lines for a file that people `cat`: everything but plain ASCII and line breaks is written as `\u{...}`. */
export function visible(text: string): string {
  return text.replace(/[^\n\u0020-\u007e]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
