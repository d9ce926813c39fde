/** Bytes of base64 that terminals and tmux take for sure. */
const LARGEST = 100_000;
/** GNU screen passes no longer string on at once. */
const SCREEN_PIECE = 700;

/**
 * The sequence (OSC 52) that has the terminal, also one at the other end of SSH, put the text into its clipboard; wrapped so that tmux
 * and GNU screen pass it on. Null if the text is too long for it.
 */
export function copySequence(text: string, env: Readonly<Record<string, string | undefined>>): string | null {
  const encoded = Buffer.from(text).toString('base64');
  if (encoded.length > LARGEST) return null;
  const plain = `\u001b]52;c;${encoded}\u0007`;
  if (env['TMUX'] !== undefined && env['TMUX'] !== '')
    return `\u001bPtmux;${plain.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`;
  if (env['STY'] === undefined || env['STY'] === '') return plain;
  const pieces = plain.match(new RegExp(`[^]{1,${SCREEN_PIECE}}`, 'gu')) ?? [];
  return pieces.map((piece) => `\u001bP${piece}\u001b\\`).join('');
}

/** What is said of a text that does not fit. */
export function tooLongToCopy(text: string): string {
  const size = Math.ceil(Buffer.byteLength(text) / 1000);
  return `That is ${size} kB, and terminals take ${Math.floor((LARGEST * 3) / 4 / 1000)}: filter or mark fewer rows, or export them (E).`;
}
