import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';

const saidSchema = z.union([z.object({ answer: z.unknown() }), z.object({ event: z.unknown() })]);
const usageSchema = z.object({ cpuSeconds: z.number(), peakMb: z.number(), longestDelayMs: z.number() });

/** What a process has used since its start: processor time, the most memory that it had at once, and for how long it could do nothing else at worst. */
export type Used = z.infer<typeof usageSchema>;

/** A part of the benchmark in a process of its own, so that what it uses is its own. Asked one thing at a time. */
export class Child {
  readonly #process: ChildProcess;

  /** `onEvent` is told what it says unasked. */
  constructor(file: string, onEvent: (event: unknown) => void = () => undefined) {
    this.#process = fork(new URL(file, import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#process.on('message', (said) => {
      const parsed = saidSchema.parse(said);
      if ('event' in parsed) onEvent(parsed.event);
    });
  }

  /** Rejects when the process ends before it is stopped. */
  get ended(): Promise<never> {
    return once(this.#process, 'exit').then(() => {
      throw new Error('A process of the benchmark ended before it was done.');
    });
  }

  async ask<T>(question: Serializable, answer: z.ZodType<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const hear = (said: unknown): void => {
      if (typeof said === 'object' && said !== null && 'answer' in said) resolve(said.answer);
    };
    const ended = (): void => reject(new Error('A process of the benchmark ended before it answered.'));
    this.#process.on('message', hear).once('exit', ended);
    this.#process.send(question);
    try {
      return answer.parse(await promise);
    } finally {
      this.#process.off('message', hear).off('exit', ended);
    }
  }

  used(): Promise<Used> {
    return this.ask('used', usageSchema);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exit;
  }
}

/** In the child: answers what its parent asks. */
export function answerParent(answer: (question: unknown) => Promise<Serializable>): void {
  delays.enable();
  process.on('disconnect', () => process.exit());
  process.on('message', (question) => {
    const answered = question === 'used' ? Promise.resolve(used()) : answer(question);
    answered.then(
      (given) => process.send?.({ answer: given }),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        process.exit(1);
      },
    );
  });
}

/** In the child: says something unasked. */
export function tellParent(event: Serializable): void {
  process.send?.({ event });
}

const delays = monitorEventLoopDelay();

function used(): Used {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMb: maxRSS / 1000,
    longestDelayMs: delays.max / 1e6,
  };
}
