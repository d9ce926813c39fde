import { DeviceError } from './device-error.ts';
import { findEcho, holdsEcho } from './echo.ts';
import { endsInsideSequence } from './escape-sequence.ts';
import { renderLine, renderTerminal } from './render-terminal.ts';

/** What a device shows when it waits for a key before it goes on; the same expression serves every platform. */
const MORE = /^\s*(?:-- ?more ?--|---\(more(?: \d{1,3}%)?\)---|<--- more --->)$/iu;
const LONGEST_LAST_LINE = 2048;

/** What is typed at a question. `secret`: an echo of it is not kept. */
export interface Keys {
  readonly send: string;
  readonly secret?: true;
}

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
  /** What to send when the device stands at this line; null to wait on. */
  readonly answer?: (line: string) => Keys | null;
  /** Told each finished line of the answer. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** What the device waits for: more time, a key, or nothing any more. */
export type ReaderState = 'reading' | 'done' | Pick<Keys, 'send'>;

/**
 * Reads what a device prints until its prompt is back. It does no input or output: chunks go in by {@link push}, in any
 * splits, and the answer comes out of {@link answer}.
 */
export class PromptReader {
  readonly #options: ReaderOptions;
  #raw = '';
  #echoEnd: number | null = null;
  #prompt = '';
  /** What is asked before this place has been answered, once. */
  #answered = 0;
  /** The secret that was typed there, until it is certain that no echo of it comes. */
  #secret = '';
  #told = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /**
   * `send`: the device waits for these keys, to print its next page or to go on. Throws a {@link DeviceError} for a wrong echo or an
   * endless answer.
   */
  push(chunk: string): ReaderState {
    this.#raw += chunk;
    if (this.#raw.length > this.#options.limit) {
      const { device, limit } = this.#options;
      throw new DeviceError('unparseable', `${device} printed more than ${limit} characters in one answer.`, this.seen);
    }
    if (!this.#secretGone() || endsInsideSequence(this.#raw.slice(-LONGEST_LAST_LINE)) || !this.#echoed())
      return 'reading';
    this.#tellLines();
    const last = this.#lastLine();
    const keys = MORE.test(last) ? { send: ' ' } : (this.#options.answer?.(last) ?? null);
    if (keys !== null) {
      this.#answered = this.#raw.length;
      if ('secret' in keys) this.#secret = keys.send.replace(/\n$/u, '');
      return { send: keys.send };
    }
    if (!this.#options.isPrompt(last)) return 'reading';
    this.#prompt = last;
    return 'done';
  }

  /** The prompt that ended the answer. */
  get prompt(): string {
    return this.#prompt;
  }

  /** What the device printed between the echo and the prompt, or the end, as a terminal would show it, without the pager's lines. */
  get answer(): string {
    const lines = renderTerminal(this.#raw.slice(this.#echoEnd ?? 0)).split('\n');
    // Without a prompt the connection was lost, and the last line is part of what was printed.
    return (this.#prompt === '' ? lines : lines.slice(0, -1)).filter((line) => !MORE.test(line)).join('\n');
  }

  /** The end of everything that was printed, for an error. */
  get seen(): string {
    const kept = this.#secret === '' ? this.#raw : this.#raw.slice(0, this.#answered);
    return renderTerminal(kept.slice(-8192));
  }

  /** The line that the device stopped at, if the echo is through; a question that nobody expects, or a prompt of another kind. */
  get lastLine(): string {
    return this.#secret === '' && this.#echoed() ? this.#lastLine() : '';
  }

  /** Takes out the echo of a secret. False while more of it may be on the way. */
  #secretGone(): boolean {
    if (this.#secret === '') return true;
    const printed = this.#raw.slice(this.#answered);
    if (this.#secret !== printed && this.#secret.startsWith(printed)) return false;
    if (printed.startsWith(this.#secret)) {
      this.#raw = this.#raw.slice(0, this.#answered) + printed.slice(this.#secret.length);
    }
    this.#secret = '';
    return true;
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

  #tellLines(): void {
    const { onLine } = this.#options;
    const end = this.#raw.lastIndexOf('\n') + 1;
    const start = Math.max(this.#told, this.#echoEnd ?? 0);
    if (onLine === undefined || end <= start) return;
    this.#told = end;
    const lines = renderTerminal(this.#raw.slice(start, end - 1)).split('\n');
    for (const line of lines.filter((one) => !MORE.test(one))) onLine(line);
  }

  #lastLine(): string {
    const start = Math.max(this.#raw.lastIndexOf('\n') + 1, this.#answered, this.#raw.length - LONGEST_LAST_LINE);
    return renderLine(this.#raw.slice(start));
  }
}
