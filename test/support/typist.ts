import { connect } from 'node:net';
import { Client, type ClientChannel } from 'ssh2';
import type { RunningDevice } from '../../source/simulator/fleet.ts';

const PROMPT = /(?:^|\n)(?:[\w.@-]+[#>]) ?$/u;

/** Someone at a terminal of a simulated device, with an SSH client that knows nothing of devices. */
export class Typist {
  readonly client: Client;
  readonly #channel: ClientChannel;
  #printed = '';
  #changed = Promise.withResolvers<void>();
  #gone = false;

  constructor(client: Client, channel: ClientChannel) {
    this.client = client;
    this.#channel = channel;
    const wake = (): void => {
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    };
    channel.on('data', (bytes: Buffer) => {
      this.#printed += bytes.toString().replaceAll('\r\n', '\n');
      wake();
    });
    client.on('error', () => {});
    const leave = (): void => {
      this.#gone = true;
      wake();
    };
    // A device that is not ready hangs up the command line first, and the connection when it likes.
    channel.once('close', leave);
    client.once('close', leave);
  }

  /** Logs in, and turns paging off. Rejects if the device refuses. */
  static async login({ host, port, machine }: RunningDevice): Promise<Typist> {
    const { user: username, password, platform } = machine.device;
    const client = new Client();
    const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>();
    client.once('error', reject);
    client.once('close', () => reject(new Error('The device hung up.')));
    client.once('ready', () =>
      client.shell({ cols: 200 }, (error, channel) => (error ? reject(error) : resolve(channel))),
    );
    // Without noDelay every key waits for an acknowledgement.
    const sock = connect({ host, port, noDelay: true });
    client.connect({ sock, username, password });
    const typist = new Typist(client, await promise);
    await typist.until(PROMPT);
    if (typist.gone) {
      client.end();
      throw new Error('The device hung up.');
    }
    await typist.run(platform === 'junos' ? 'set cli screen-length 0' : 'terminal length 0');
    return typist;
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** What was printed since the last look, once it ends like this; all that there is if the connection is lost. */
  async until(end: RegExp): Promise<string> {
    while (!end.test(this.#printed) && !this.#gone) await this.#changed.promise;
    const printed = this.#printed;
    this.#printed = '';
    return printed;
  }

  /** Types a command, and what is to be typed at each question; gives everything printed up to the prompt, or the end of the connection. */
  async run(command: string, answers: readonly (readonly [question: RegExp, answer: string])[] = []): Promise<string> {
    this.#channel.write(`${command}\n`);
    let printed = '';
    for (const [question, answer] of answers) {
      printed += await this.until(question);
      this.#channel.write(answer);
    }
    return printed + (await this.until(PROMPT));
  }

  /** Resolves when the connection is lost. */
  async lost(): Promise<void> {
    while (!this.#gone) await this.#changed.promise;
  }

  close(): void {
    this.client.end();
  }
}

/** Tries to log in until the device lets us. */
export async function loginWhenUp(device: RunningDevice): Promise<Typist> {
  for (;;) {
    try {
      return await Typist.login(device);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
