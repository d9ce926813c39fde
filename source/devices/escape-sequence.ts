const ESCAPE = '\u001b';
// A control sequence; a string that ends with BEL or ST; a two-character escape with optional intermediates.
const SEQUENCE =
  /\u001b(?:\[(?<parameters>[0-?]*)[ -/]*(?<final>[@-~])|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-OQ-WYZ\\`-~])/uy;

export interface EscapeSequence {
  readonly length: number;
  /** The letter of a control sequence such as `K`; empty for every other kind. */
  readonly final: string;
  /** The first number of a control sequence; null if there is none. */
  readonly parameter: number | null;
}

/** The escape sequence that starts at this place; null if it has not arrived whole. */
export function escapeSequenceAt(text: string, position: number): EscapeSequence | null {
  SEQUENCE.lastIndex = position;
  const match = SEQUENCE.exec(text);
  if (match === null) return startsOne(text, position) ? null : { length: 1, final: '', parameter: null };
  const digits = /^\d{1,4}/u.exec(match.groups?.['parameters'] ?? '');
  return {
    length: match[0].length,
    final: match.groups?.['final'] ?? '',
    parameter: digits === null ? null : Number(digits[0]),
  };
}

/** Whether a text ends in the middle of an escape sequence, the rest of which is on the way. */
export function endsInsideSequence(text: string): boolean {
  const start = text.lastIndexOf(ESCAPE);
  return start !== -1 && escapeSequenceAt(text, start) === null;
}

/** Whether what follows could still become a sequence; else the escape character stands alone and is dropped. */
function startsOne(text: string, position: number): boolean {
  const rest = text.slice(position, position + 4096);
  return /^\u001b(?:$|\[[0-?]*[ -/]*$|[\]PX^_][^\u0007\u001b]*\u001b?$|[ -/]+$)/u.test(rest) && rest.startsWith(ESCAPE);
}
