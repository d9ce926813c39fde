export interface AnswersTaken {
  readonly answers: number;
  /** What is left of what was heard: keys. */
  readonly rest: string;
}

const ANSWER = /\u001b\[0n/gu;
/** An answer of which the end is still under way. A lone Esc is none: it may be the key. */
const BEGINNING = /\u001b\[0?$/u;
/** The end of one whose Esc came before, and went on to where it waits for its sequence. */
const REST = /^\[0n/u;

/** Takes a terminal's answers to "are you well?" out of what it sends. Over a slow line they may come in pieces. */
export function createAnswerTaker(): (heard: string) => AnswersTaken {
  let begun = '';
  let endedInEscape = false;
  return (heard) => {
    const text = begun + heard;
    begun = BEGINNING.exec(text)?.[0] ?? '';
    const whole = text.slice(0, text.length - begun.length);
    const split = endedInEscape && REST.test(whole) ? 1 : 0;
    endedInEscape = whole.endsWith('\u001b');
    return { answers: whole.split(ANSWER).length - 1 + split, rest: whole.replaceAll(ANSWER, '') };
  };
}
