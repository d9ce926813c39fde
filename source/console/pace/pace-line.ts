import { LineAccount } from './line-account.ts';
import { createAnswerTaker } from './take-answers.ts';

/** Asks a terminal whether it is well; it says so when it has read all that came before. It shows nothing. */
const QUESTION = '\u001b[5n';
/** A frame is never held for longer, whatever the terminal says or does not say. */
const HOLD_MS = 3000;
/** How long a console that ends waits for the last answers. */
const PARTING_MS = 1000;

/** Keeps frames from queueing between the console and a slow terminal. */
export interface LinePace {
  /** Does the work now, or as soon as the line has carried enough of what was sent. */
  whenClear(work: () => void): void;
  /** Asks no more, and resolves when the terminal has answered, or after a second: its answers are not for what comes next. */
  pause(): Promise<void>;
  /** Asks again, after a pause. */
  resume(): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

interface Ends {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
}

/**
 * Has the terminal answer after each frame, and so knows how much is still on the way: in the buffers of pseudo-terminals and sockets, which
 * tell nobody. A terminal is asked once, with the
 * first frame; one that does not answer that is asked no more, and never waited for.
 */
export function paceLine({ stdin, stdout }: Ends, now: () => number = () => performance.now()): LinePace {
  const account = new LineAccount();
  const take = createAnswerTaker();
  const waiting = new Set<() => void>();
  const [read, write] = [stdin.read.bind(stdin), stdout.write.bind(stdout)];
  const owned = { read: Object.hasOwn(stdin, 'read'), write: Object.hasOwn(stdout, 'write') };
  let answers = false;
  let asked = false;
  let paused = false;
  let ended = false;
  let unasked = 0;
  let holding: NodeJS.Timeout | undefined;
  let held: (() => void) | null = null;

  const ask = (): void => {
    const bytes = unasked;
    unasked = 0;
    if (account.isOff(now())) {
      account.forget();
      asked = answers = false;
    }
    if (paused || ended || (asked && !answers)) return;
    asked = true;
    account.sent(bytes, now());
    write(QUESTION);
  };
  const release = (): void => {
    clearTimeout(holding);
    const work = held;
    held = null;
    work?.();
  };
  const heardAnswers = (count: number): void => {
    answers = true;
    account.answered(count, now());
    if (!account.isFull(now())) release();
    if (!account.isWaiting) for (const done of waiting) done();
  };

  stdin.read = (size) => {
    const heard: string | Buffer | null = read(size);
    if (heard === null || !asked) return heard;
    const { answers: count, rest } = take(String(heard));
    if (count > 0) heardAnswers(count);
    return rest;
  };
  stdout.write = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | ((error?: Error | null) => void),
    done?: (error?: Error | null) => void,
  ): boolean => {
    // A frame is several writes of one turn.
    if (unasked === 0) setImmediate(ask);
    unasked += chunk.length;
    if (typeof chunk !== 'string') return typeof encoding === 'function' ? write(chunk, encoding) : write(chunk, done);
    return typeof encoding === 'function' ? write(chunk, encoding) : write(chunk, encoding, done);
  };

  return {
    whenClear(work) {
      if (!answers || paused || ended || !account.isFull(now())) {
        work();
        return;
      }
      held = work;
      clearTimeout(holding);
      holding = setTimeout(release, HOLD_MS);
    },
    async pause() {
      paused = true;
      release();
      if (!answers || !account.isWaiting) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(over, PARTING_MS);
        function over(): void {
          clearTimeout(timer);
          waiting.delete(over);
          resolve();
        }
        waiting.add(over);
      });
      account.forget();
    },
    resume() {
      paused = false;
    },
    end() {
      if (ended) return;
      ended = true;
      clearTimeout(holding);
      if (owned.read) stdin.read = read;
      else Reflect.deleteProperty(stdin, 'read');
      if (owned.write) stdout.write = write;
      else Reflect.deleteProperty(stdout, 'write');
    },
  };
}
