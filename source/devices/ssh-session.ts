import { StringDecoder } from 'node:string_decoder';
import type { Client, ClientChannel } from 'ssh2';
import { cleanLine } from '../model/text.ts';
import { DeviceError } from './device-error.ts';
import type { PlatformDriver } from './platform.ts';
import { PromptReader, type ReaderOptions } from './prompt.ts';
import { closedFault, sessionFault } from './ssh-fault.ts';
import type { Timeouts } from './target.ts';

/** Characters of one answer. */
const LIMIT = 4 * 1024 * 1024;
/** Characters of what comes before the first prompt, and of the answers to the first commands. */
const PREPARE_LIMIT = 256 * 1024;
/** Refusals stand at the start of an answer; further down the same words may be good output, such as a log. */
const REFUSAL_LINES = 6;

interface Exchange {
  readonly reader: PromptReader;
  readonly doing: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

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
  readonly #decoder = new StringDecoder('utf8');
  #pending: Exchange | null = null;
  #closed = false;
  #prompt = '';

  constructor(
    device: string,
    connection: { client: Client; channel: ClientChannel; hostKey: string },
    driver: PlatformDriver,
    timeouts: Timeouts,
    signal: AbortSignal | undefined,
  ) {
    this.device = device;
    this.hostKey = connection.hostKey;
    this.#client = connection.client;
    this.#channel = connection.channel;
    this.#driver = driver;
    this.#timeouts = timeouts;
    this.#signal = signal;
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
    await this.#exchange({ command: null, isPrompt, echo: 'anywhere' }, this.#timeouts.command);
    // A line of a banner may look like a prompt while its rest is on the way; the prompt after a command is the real one.
    for (const command of this.#driver.prepare) {
      await this.#exchange({ command, isPrompt, echo: 'anywhere' }, this.#timeouts.command);
    }
  }

  /**
   * Sends one command and gives the answer, as a terminal would show it, without echo and prompt.
   * Rejects with a {@link DeviceError}: `command_rejected`, `unexpected_prompt`, `timeout`, `closed`, or `unparseable` for an endless answer.
   */
  async run(command: string): Promise<string> {
    if (/[\u0000-\u001f\u007f]/u.test(command)) throw new TypeError('A command must be one line.');
    const isPrompt = (line: string): boolean => line === this.#prompt;
    const reader = await this.#exchange({ command, isPrompt, echo: 'first' }, this.#timeouts.command);
    const lines = reader.answer.replace(/^\n+/u, '').trimEnd().split('\n');
    if (this.#driver.beforePrompt?.test(lines.at(-1) ?? '') === true) lines.pop();
    const refusal = lines.slice(0, REFUSAL_LINES).find((line) => this.#driver.errors.some((error) => error.test(line)));
    if (refusal === undefined) return lines.join('\n').trimEnd();
    const message = `${this.device} refused \`${command}\`: ${cleanLine(refusal).slice(0, 200)}`;
    throw this.#failed(new DeviceError('command_rejected', message, reader.seen));
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

  async #exchange(
    expected: Pick<ReaderOptions, 'command' | 'isPrompt' | 'echo'>,
    milliseconds: number,
  ): Promise<PromptReader> {
    this.#signal?.throwIfAborted();
    const { device } = this;
    const doing = expected.command === null ? 'waiting for its prompt' : `answering \`${expected.command}\``;
    if (this.#pending !== null) throw new Error('The session is busy with another command.');
    if (this.#closed) throw closedFault(device, doing, '');
    const limit = expected.echo === 'first' ? LIMIT : PREPARE_LIMIT;
    const reader = new PromptReader({ device, limit, ...expected });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#pending = { reader, doing, resolve, reject };
    const timer = setTimeout(() => this.#timedOut(reader, doing, milliseconds), milliseconds);
    if (expected.command !== null) this.#channel.write(`${expected.command}\n`);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#pending = null;
    }
    this.#prompt = reader.prompt;
    return reader;
  }

  #receive(text: string): void {
    if (this.#pending === null) return;
    const { reader, resolve, reject } = this.#pending;
    try {
      const state = reader.push(text);
      if (state === 'more') this.#channel.write(' ');
      else if (state === 'done') resolve();
    } catch (error) {
      reject(this.#failed(error));
    }
  }

  #timedOut(reader: PromptReader, doing: string, milliseconds: number): void {
    const within = `within ${milliseconds / 1000} s while ${doing}`;
    const question = cleanLine(reader.lastLine).trim().slice(0, 100);
    const error =
      question === ''
        ? new DeviceError('timeout', `${this.device} did not finish ${within}.`, reader.seen)
        : new DeviceError('unexpected_prompt', `${this.device} stopped at "${question}" ${within}.`, reader.seen);
    this.#pending?.reject(this.#failed(error));
  }

  #lost(fault: (doing: string, seen: string) => DeviceError): void {
    this.#pending?.reject(fault(this.#pending.doing, this.#pending.reader.seen));
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
