import type { z } from 'zod';
import { cleanLine } from '../model/text.ts';
import { DeviceError } from './device-error.ts';
import type { Departure, RunOptions } from './dialogue.ts';
import type { SshSession } from './ssh-session.ts';
import { DEFAULT_TIMEOUTS, type Target, type Timeouts } from './target.ts';

/** What a command that takes long is given: which time-out, and what to answer. */
export type LongOptions = Pick<RunOptions, 'answers' | 'onLine'> & { readonly within: 'copy' | 'install' };

/** A logged-in device, as the procedures of a platform use it. */
export class DeviceLink {
  readonly target: Target;
  readonly timeouts: Timeouts;
  readonly #session: SshSession;

  constructor(target: Target, session: SshSession) {
    this.target = target;
    this.timeouts = { ...DEFAULT_TIMEOUTS, ...target.timeouts };
    this.#session = session;
  }

  /** The device in messages. */
  get device(): string {
    return this.#session.device;
  }

  /** The prompt, as it was last seen. */
  get prompt(): string {
    return this.#session.prompt;
  }

  now(): Date {
    return this.target.now?.() ?? new Date();
  }

  /** Sends a command that is answered at once. */
  ask(command: string, options: Pick<RunOptions, 'answers'> = {}): Promise<string> {
    return this.#session.run(command, { ...options, ...this.#telling(command) });
  }

  /** {@link ask}, but nobody is told what is printed: for configurations, which are kept by themselves. */
  askQuietly(command: string): Promise<string> {
    return this.#session.run(command);
  }

  /** {@link ask}, but null if the device does not have what is asked for. */
  askIfKnown(command: string): Promise<string | null> {
    return this.#session.runIfKnown(command, this.#telling(command));
  }

  /** Sends a command that takes long. */
  askLong(command: string, options: LongOptions): Promise<string> {
    return this.#session.run(command, this.#long(options));
  }

  /** Sends a command that takes the device down. */
  askDown(command: string, options: LongOptions): Promise<Departure> {
    return this.#session.runUntilGone(command, this.#long(options));
  }

  /** Makes sure that an answer says what it should. */
  read<T>(command: string, answer: string, schema: z.ZodType<T>, found: unknown): T {
    const parsed = schema.safeParse(found);
    if (parsed.success) return parsed.data;
    const fields = [...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'result'))].join(' and ');
    throw new DeviceError(
      'unparseable',
      `${this.device} answered \`${command}\` with no ${fields} that makes sense.`,
      answer,
    );
  }

  /** The fault of a command that the device carried out not, or not wholly; `line` is where it says so. */
  fault(command: string, line: string, answer: string): DeviceError {
    const said = cleanLine(line).trim().slice(0, 200);
    return new DeviceError('command_rejected', `${this.device} did not carry out \`${command}\`: ${said}`, answer);
  }

  /** Throws the {@link fault} that the first matching line of an answer tells of. */
  refuse(command: string, answer: string, fault: RegExp): void {
    const line = answer.split('\n').find((one) => fault.test(one));
    if (line !== undefined) throw this.fault(command, line, answer);
  }

  /** Throws a {@link fault} unless a line of the answer says that all went well. */
  require(command: string, answer: string, success: RegExp): void {
    const lines = answer.split('\n');
    if (lines.some((line) => success.test(line))) return;
    const last = lines.findLast((line) => line.trim() !== '');
    throw this.fault(command, last ?? 'it printed nothing.', answer);
  }

  /** Whom to tell what is printed; told at once which command it answers. */
  #telling(command: string): Pick<RunOptions, 'onLine'> {
    const { onLine } = this.target;
    if (onLine === undefined) return {};
    onLine(`> ${command}`);
    return { onLine };
  }

  #long({ within, answers, onLine = this.target.onLine }: LongOptions): RunOptions {
    const told = onLine === undefined ? {} : { onLine };
    return { timeout: this.timeouts[within], ...(answers === undefined ? {} : { answers }), ...told };
  }
}
