import { DeviceError } from './device-error.ts';
import { findEcho, holdsEcho } from './echo.ts';
import { endsInsideSequence } from './escape-sequence.ts';
import { renderLine, renderTerminal } from './render-terminal.ts';

/** What a device shows when it waits for a key before it goes on; the same expression serves every platform. */
const MORE = /^\s*(?:-- ?more ?--|---\(more(?: \d{1,3}%)?\)---|<--- more --->)$/iu;
const LONGEST_LAST_LINE = 2048;

export interface ReaderOptions {
  /** The device in error messages. */
  readonly device: string;
  /** The command that was sent; null while waiting for the first prompt. */
  readonly command: string | null;
  /** Whether a line, without trailing blanks, is the prompt. */
  readonly isPrompt: (line: string) => boolean;
  /** `first`: the answer starts with the echo. `anywhere`: something else may come before it, as right after login. */
  readonly echo: 'first' | 'anywhere';
  /** Characters that are kept at most; more is an error. */
  readonly limit: number;
}

/**
 * Reads what a device prints until its prompt is back. It does no input or output: chunks go in by {@link push}, in any
 * splits, and the answer comes out of {@link answer}.
 */
export class PromptReader {
  readonly #options: ReaderOptions;
  #raw = '';
  #echoEnd: number | null = null;
  #prompt = '';
  /** Pages are asked for once each: a pager's line before this place is answered. */
  #answered = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** `more`: the device waits for a key to print its next page. Throws a {@link DeviceError} for a wrong echo or an endless answer. */
  push(chunk: string): 'reading' | 'more' | 'done' {
    this.#raw += chunk;
    if (this.#raw.length > this.#options.limit) {
      const { device, limit } = this.#options;
      throw new DeviceError('unparseable', `${device} printed more than ${limit} characters in one answer.`, this.seen);
    }
    if (endsInsideSequence(this.#raw.slice(-LONGEST_LAST_LINE)) || !this.#echoed()) return 'reading';
    const last = this.#lastLine();
    if (MORE.test(last)) {
      this.#answered = this.#raw.length;
      return 'more';
    }
    if (!this.#options.isPrompt(last)) return 'reading';
    this.#prompt = last;
    return 'done';
  }

  /** The prompt that ended the answer. */
  get prompt(): string {
    return this.#prompt;
  }

  /** What the device printed between the echo and the prompt, as a terminal would show it, without the pager's lines. */
  get answer(): string {
    const lines = renderTerminal(this.#raw.slice(this.#echoEnd ?? 0)).split('\n');
    return lines
      .slice(0, -1)
      .filter((line) => !MORE.test(line))
      .join('\n');
  }

  /** The end of everything that was printed, for an error. */
  get seen(): string {
    return renderTerminal(this.#raw.slice(-8192));
  }

  /** The line that the device stopped at, if the echo is through; a question that nobody expects, or a prompt of another kind. */
  get lastLine(): string {
    return this.#echoed() ? this.#lastLine() : '';
  }

  #echoed(): boolean {
    const { device, command, echo } = this.#options;
    if (command === null || this.#echoEnd !== null) return true;
    if (echo === 'anywhere') return holdsEcho(renderTerminal(this.#raw), command);
    const found = findEcho(this.#raw, command);
    if (found.state === 'different') {
      throw new DeviceError(
        'unexpected_prompt',
        `${device} did not echo \`${command}\`, so its answer was not read.`,
        this.seen,
      );
    }
    if (found.state === 'partial') return false;
    this.#echoEnd = found.end;
    this.#answered = found.end;
    return true;
  }

  #lastLine(): string {
    const start = Math.max(this.#raw.lastIndexOf('\n') + 1, this.#answered, this.#raw.length - LONGEST_LAST_LINE);
    return renderLine(this.#raw.slice(start));
  }
}
