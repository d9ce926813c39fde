import { setFlagsFromString } from 'node:v8';

/** V8's own flag: only expressions that its linear engine can run. */
const LINEAR = 'l';

let prepared = false;

/**
 * V8's usual engine can take years for some expressions, `(a+)+$` among them, and cannot be interrupted. So it is told to go on with its
 * linear engine where it backtracks too often, and expressions that this engine cannot run are refused.
 */
function prepare(): void {
  if (prepared) return;
  prepared = true;
  setFlagsFromString('--enable-experimental-regexp-engine');
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
}

/** The expression for texts in lower case, or why it cannot be used, without a full stop. Its time grows with the text only. */
export function linearRegExp(pattern: string): RegExp | string {
  prepare();
  const lowered = lowerCased(pattern);
  try {
    // Only to be refused: it is three times as slow as the usual engine where that one does not backtrack.
    void new RegExp(lowered, LINEAR);
    return new RegExp(lowered);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    return message.includes('linear time')
      ? 'this regular expression could take too long: no look-around, no \\1, and only small repeat counts'
      : `this is no regular expression: ${(message.split(': ').at(-1) ?? '').toLowerCase()}`;
  }
}

/** `Core\S` as `core\S`: a letter behind a backslash means something else in the other case. */
function lowerCased(pattern: string): string {
  return pattern.replace(/\\.|[^\\]/gsu, (part) => (part.startsWith('\\') ? part : part.toLowerCase()));
}
