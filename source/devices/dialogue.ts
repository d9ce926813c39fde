/** A question that a device may ask in the course of a command, and what is answered. */
export interface Answer {
  /** Matches the whole last line, without trailing blanks, when the device waits. */
  readonly question: RegExp;
  /** What is sent, exactly: with `\n` where the device wants the return key, without where one key is enough. */
  readonly send: string;
  /** How often at most; once if left out. A device that asks again has not taken the answer, and that is a fault. */
  readonly times?: number;
  /** Taken out of what is shown and kept, should the device echo it. */
  readonly secret?: true;
  /** With this answer the device does what cannot be undone, such as a reload: if the connection is lost from here on, it counts as `gone`. */
  readonly commits?: true;
}

/** How to run a command that takes long, asks back, or ends the connection. Times in milliseconds. */
export interface RunOptions {
  /** From sending the command to the prompt; the session's own if left out. */
  readonly timeout?: number;
  /** How long a line that looks like a question may stand without an answer of ours; the session's own if left out. */
  readonly patience?: number;
  readonly answers?: readonly Answer[];
  /** Told each finished line of the answer, cleaned, as it comes; and every 2 s the end of one that is not finished. */
  readonly onLine?: (line: string) => void;
}

/** How a command ended that may take the connection with it. `gone`: no prompt came back. */
export interface Departure {
  readonly answer: string;
  readonly ended: 'prompt' | 'gone';
}

/** A line at which devices wait for somebody: ends with a question mark, a colon, or choices in brackets. */
const QUESTION = /(?:[?:]|\[[^\]]*\][?:]?|\([^)]*\)[?:]?)$/u;

/** Whether a device that stands at this line, and prints nothing more, waits for an answer. */
export function looksLikeQuestion(line: string): boolean {
  return QUESTION.test(line);
}

/** Which answers are left, and which of them have been given. */
export class Answers {
  readonly #answers: readonly Answer[];
  readonly #given = new Map<Answer, number>();

  constructor(answers: readonly Answer[]) {
    this.#answers = answers;
  }

  /** The answer to the line that the device stands at, counted as given; null if none is foreseen. */
  take(line: string): Answer | null {
    const answer = this.#answers.find(
      (one) => one.question.test(line) && (this.#given.get(one) ?? 0) < (one.times ?? 1),
    );
    if (answer === undefined) return null;
    this.#given.set(answer, (this.#given.get(answer) ?? 0) + 1);
    return answer;
  }

  /** Whether the device has all it needs to do what cannot be undone. True from the start if no answer is marked so. */
  get committed(): boolean {
    const deciding = this.#answers.filter(({ commits }) => commits === true);
    return deciding.length === 0 || deciding.some((answer) => this.#given.has(answer));
  }
}
