import { StringDecoder } from 'node:string_decoder';
import type { Client, ClientChannel } from 'ssh2';
import { cleanLine } from '../model/text.ts';
import { DeviceError } from './device-error.ts';
import { type Answer, Answers, type Departure, looksLikeQuestion, type RunOptions } from './dialogue.ts';
import { nowAndThen } from './now-and-then.ts';
import type { PlatformDriver } from './platform.ts';
import { PromptReader, type ReaderOptions } from './prompt.ts';
import { closedFault, sessionFault } from './ssh-fault.ts';
import type { Target, Timeouts } from './target.ts';

/** Characters of one answer. */
const LIMIT = 4 * 1024 * 1024;
/** Characters of what comes before the first prompt, and of the answers to the first commands. */
const PREPARE_LIMIT = 256 * 1024;
/** Refusals stand at the start of an answer; further down the same words may be good output, such as a log. */
const REFUSAL_LINES = 6;

interface Exchange {
  readonly reader: PromptReader;
  readonly doing: string;
  /** Milliseconds that an unforeseen question may stand. */
  readonly patience: number;
  readonly resolve: (ended: Departure['ended']) => void;
  readonly reject: (error: unknown) => void;
  /** Whether losing the connection now is what was asked for. */
  readonly mayGo: () => boolean;
  /** Told the end of an unfinished line, now and then. */
  readonly onProgress: (line: string) => void;
}

interface Performed extends Departure {
  /** The line with which the device refused the command. */
  readonly refusal: string | null;
  readonly seen: string;
}

type Expected = Pick<ReaderOptions, 'command' | 'isPrompt' | 'echo' | 'answer' | 'onLine'> & {
  readonly timeout?: number | undefined;
  readonly patience?: number | undefined;
  readonly mayGo?: () => boolean;
};

/** A command line on a device. One command at a time. After any rejection the connection is closed: nobody knows where it stands. */
export class SshSession {
  readonly device: string;
  /** The fingerprint of the device's host key. */
  readonly hostKey: string;
  readonly #client: Client;
  readonly #channel: ClientChannel;
  readonly #driver: PlatformDriver;
  readonly #timeouts: Timeouts;
  readonly #signal: AbortSignal | undefined;
  readonly #beforeSend: (command: string | null) => void;
  readonly #decoder = new StringDecoder('utf8');
  #pending: Exchange | null = null;
  #patience: NodeJS.Timeout | undefined;
  #closed = false;
  #prompt = '';

  constructor(
    device: string,
    connection: { client: Client; channel: ClientChannel; hostKey: string },
    driver: PlatformDriver,
    timeouts: Timeouts,
    { signal, beforeSend }: Pick<Target, 'signal' | 'beforeSend'>,
  ) {
    this.device = device;
    this.hostKey = connection.hostKey;
    this.#client = connection.client;
    this.#channel = connection.channel;
    this.#driver = driver;
    this.#timeouts = timeouts;
    this.#signal = signal;
    this.#beforeSend = beforeSend ?? ((): void => {});
    this.#channel.on('data', (chunk: Buffer) => this.#receive(this.#decoder.write(chunk)));
    this.#channel.stderr.resume();
    const closed = (): void => this.#lost((doing, seen) => closedFault(device, doing, seen));
    this.#channel.once('close', closed);
    this.#client.once('close', closed);
    this.#client.on('error', (error) => this.#lost((doing, seen) => sessionFault(device, error, doing, seen)));
    signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** The prompt, as it was last seen. */
  get prompt(): string {
    return this.#prompt;
  }

  /** Waits for the first prompt, and turns paging and the like off. */
  async prepare(): Promise<void> {
    const isPrompt = (line: string): boolean => this.#driver.prompt.test(line);
    await this.#exchange({ command: null, isPrompt, echo: 'anywhere' });
    // A line of a banner may look like a prompt while its rest is on the way; the prompt after a command is the real one.
    for (const command of this.#driver.prepare) await this.#exchange({ command, isPrompt, echo: 'anywhere' });
  }

  /**
   * Sends one command and gives the answer, as a terminal would show it, without echo and prompt. Questions that `options` foresees are
   * answered; at any other the command ends with an error, and nothing is sent.
   * Rejects with a {@link DeviceError}: `command_rejected`, `unexpected_prompt`, `timeout`, `closed`, or `unparseable` for an endless answer.
   */
  async run(command: string, options: RunOptions = {}): Promise<string> {
    return (await this.#command(command, options, () => false)).answer;
  }

  /** {@link run}, but null if the device refuses the command: it does not have what is asked for. */
  async runIfKnown(command: string, options: RunOptions = {}): Promise<string | null> {
    const { answer, refusal } = await this.#perform(command, options, () => false);
    return refusal === null ? answer : null;
  }

  /** Takes the rights that commands beyond looking need, where the platform has a command for it and it is not there already. */
  async elevate(patience = this.#timeouts.patience): Promise<void> {
    const { elevate, prompt } = this.#driver;
    if (elevate === null || !this.#prompt.endsWith('>')) return;
    const isPrompt = (line: string): boolean => prompt.test(line);
    await this.#exchange({ command: elevate, isPrompt, echo: 'first', patience });
    if (!this.#prompt.endsWith('>')) return;
    const message = `${this.device} gives this login no right to change anything: \`${elevate}\` was of no use.`;
    throw this.#failed(new DeviceError('command_rejected', message));
  }

  /**
   * {@link run} for a command that may end the connection, such as a reload. Once all is sent that makes the device do it, a lost connection
   * is no error, since the command must not be sent again; before that it is.
   */
  async runUntilGone(command: string, options: RunOptions = {}): Promise<Departure> {
    const answers = new Answers(options.answers ?? []);
    const departure = await this.#command(command, options, () => answers.committed, answers);
    if (departure.ended === 'gone') this.close();
    return departure;
  }

  async #command(command: string, options: RunOptions, mayGo: () => boolean, answers?: Answers): Promise<Departure> {
    const { answer, ended, refusal, seen } = await this.#perform(command, options, mayGo, answers);
    if (refusal === null) return { answer, ended };
    const message = `${this.device} refused \`${command}\`: ${cleanLine(refusal).slice(0, 200)}`;
    throw this.#failed(new DeviceError('command_rejected', message, seen));
  }

  async #perform(
    command: string,
    { timeout, patience, onLine, answers: foreseen = [] }: RunOptions,
    mayGo: () => boolean,
    answers = new Answers(foreseen),
  ): Promise<Performed> {
    if (/[\u0000-\u001f\u007f]/u.test(command)) throw new TypeError('A command must be one line.');
    const isPrompt = (line: string): boolean => line === this.#prompt;
    const answer = (line: string): Answer | null => answers.take(line);
    const told = onLine === undefined ? undefined : (line: string): void => onLine(cleanLine(line));
    const expected: Expected = { command, isPrompt, echo: 'first', answer, onLine: told, timeout, patience, mayGo };
    const { reader, ended } = await this.#exchange(expected);
    const lines = reader.answer.replace(/^\n+/u, '').trimEnd().split('\n');
    if (this.#driver.beforePrompt?.test(lines.at(-1) ?? '') === true) lines.pop();
    const first = lines.slice(0, REFUSAL_LINES);
    const refusal = first.find((line) => this.#driver.errors.some((error) => error.test(line))) ?? null;
    return { answer: lines.join('\n').trimEnd(), ended, refusal, seen: reader.seen };
  }

  /** Hangs up; harmless if it is closed already. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#client.end();
    // A device that does not hang up on its side would keep the process alive.
    setTimeout(() => this.#client.destroy(), 1000).unref();
  }

  async #exchange(expected: Expected): Promise<{ reader: PromptReader; ended: Departure['ended'] }> {
    this.#signal?.throwIfAborted();
    const { device } = this;
    const doing = expected.command === null ? 'waiting for its prompt' : `answering \`${expected.command}\``;
    if (this.#pending !== null) throw new Error('The session is busy with another command.');
    if (this.#closed) throw closedFault(device, doing, '');
    const limit = expected.echo === 'first' ? LIMIT : PREPARE_LIMIT;
    const { timeout: milliseconds = this.#timeouts.command, patience = this.#timeouts.patience } = expected;
    const reader = new PromptReader({ device, limit, ...expected });
    const { promise, resolve, reject } = Promise.withResolvers<Departure['ended']>();
    // Sending may fail at once, and then nobody waits for what becomes of the answer.
    promise.catch(() => undefined);
    const { mayGo = () => false, onLine } = expected;
    this.#pending = { reader, doing, patience, resolve, reject, mayGo, onProgress: nowAndThen(onLine) };
    const timer = setTimeout(() => this.#timedOut(milliseconds), milliseconds);
    try {
      if (expected.command !== null) this.#send(`${expected.command}\n`, expected.command);
      const ended = await promise;
      if (ended === 'prompt') this.#prompt = reader.prompt;
      return { reader, ended };
    } finally {
      clearTimeout(timer);
      clearTimeout(this.#patience);
      this.#pending = null;
    }
  }

  #receive(text: string): void {
    if (this.#pending === null) return;
    clearTimeout(this.#patience);
    const { reader, patience, resolve, reject, onProgress } = this.#pending;
    try {
      const state = reader.push(text);
      if (state === 'done') resolve('prompt');
      else if (state !== 'reading') this.#send(state.send, null);
      else if (looksLikeQuestion(reader.lastLine)) {
        this.#patience = setTimeout(() => this.#timedOut(patience), patience);
      } else onProgress(reader.lastLine);
    } catch (error) {
      reject(this.#failed(error));
    }
  }

  #send(keys: string, command: string | null): void {
    try {
      this.#beforeSend(command);
    } catch (error) {
      throw this.#failed(error);
    }
    this.#channel.write(keys);
  }

  #timedOut(milliseconds: number): void {
    if (this.#pending === null) return;
    const { reader, doing, reject } = this.#pending;
    const within = `within ${milliseconds / 1000} s while ${doing}`;
    const question = cleanLine(reader.lastLine).trim().slice(0, 100);
    const error =
      question === ''
        ? new DeviceError('timeout', `${this.device} did not finish ${within}.`, reader.seen)
        : new DeviceError('unexpected_prompt', `${this.device} stopped at "${question}" ${within}.`, reader.seen);
    reject(this.#failed(error));
  }

  #lost(fault: (doing: string, seen: string) => DeviceError): void {
    if (this.#pending?.mayGo() === true) this.#pending.resolve('gone');
    else this.#pending?.reject(fault(this.#pending.doing, this.#pending.reader.seen));
    this.#failed(null);
  }

  readonly #abort = (): void => {
    this.#pending?.reject(this.#signal?.reason);
    this.#failed(null);
  };

  /** Closes at once, and hands the error through. */
  #failed<T>(error: T): T {
    this.#closed = true;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#client.destroy();
    return error;
  }
}
