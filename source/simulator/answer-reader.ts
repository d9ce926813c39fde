import type { Manner } from './terminal.ts';

/** What a key at a question led to. */
export interface AnswerKey {
  /** What the terminal shows for the key. */
  readonly echo: string;
  /** The answer, once it is complete; null if it was broken off. */
  readonly answer?: string | null;
}

/** What a person types at a question, key by key. */
export class AnswerReader {
  readonly #manner: Manner;
  #text = '';

  constructor(manner: Manner) {
    this.#manner = manner;
  }

  key(character: string): AnswerKey {
    if (character === '\u0003') return { echo: '^C\r\n', answer: null };
    const isReturn = character === '\r' || character === '\n';
    if (this.#manner === 'key') {
      return isReturn ? { echo: '\r\n', answer: '' } : { echo: `${character}\r\n`, answer: character };
    }
    if (isReturn) return { echo: '\r\n', answer: this.#text };
    const shown = this.#manner === 'line';
    if (character === '\u0008' || character === '\u007f') {
      const erases = this.#text !== '';
      this.#text = this.#text.slice(0, -1);
      return { echo: erases && shown ? '\b \b' : '' };
    }
    if (character < ' ') return { echo: '' };
    this.#text += character;
    return { echo: shown ? character : '' };
  }
}
