/** What a command that takes its time, or asks back, talks to. */
export interface Terminal {
  /** Lines end with `\n`. Nothing happens once the connection is gone. */
  print(text: string): void;
  /** Rejects with {@link HungUp} if the connection is lost first, or the question is interrupted. */
  ask(question: string, manner?: Manner): Promise<string>;
  /** Loses the connection without a word; the command goes on. */
  cut(): void;
}

/** `line`: shown as it is typed, up to the return key. `secret`: the same, not shown. `key`: one key is enough. */
export type Manner = 'line' | 'secret' | 'key';

/** There is nobody any more who would answer. */
export class HungUp extends Error {
  constructor() {
    super('The connection was lost at a question.');
    this.name = 'HungUp';
  }
}

/** Whether an answer means yes. */
export function isYes(answer: string): boolean {
  return /^y(?:es)?$/iu.test(answer.trim());
}
