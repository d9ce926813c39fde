import { once } from 'node:events';
import type { Client, ClientChannel } from 'ssh2';
import { cleanLine } from '../../model/text.ts';
import { DeviceError } from '../device-error.ts';
import type { Sending } from './sending.ts';

const LONGEST_REPLY = 4096;

/** The sending side of SCP: a header, the bytes, a zero, and an acknowledgement of the device before, after and in between. */
export async function sendByScp(client: Client, device: string, destination: string, file: Sending): Promise<void> {
  file.beforeSend();
  const channel = await execute(client, device, `scp -t ${destination}`);
  const replies = new Replies(channel, device);
  await replies.acknowledged();
  const name = destination.slice(destination.search(/[^:/]+$/u));
  await write(channel, file, `C0644 ${file.bytes} ${name}\n`);
  await replies.acknowledged();
  for (let sent = 0; sent < file.bytes;) {
    const chunk = await file.read(sent);
    if (chunk.length === 0)
      throw new Error(`The file became shorter while it was sent: ${sent} of ${file.bytes} bytes.`);
    // A device whose flash is full says so in between.
    replies.check();
    const part = chunk.subarray(0, file.bytes - sent);
    await write(channel, file, part);
    sent += part.length;
    file.sent(sent);
  }
  await write(channel, file, '\0');
  await replies.acknowledged();
  channel.end();
}

async function write(channel: ClientChannel, file: Sending, data: Buffer | string): Promise<void> {
  file.beforeSend();
  if (!channel.write(data)) await once(channel, 'drain');
}

function execute(client: Client, device: string, command: string): Promise<ClientChannel> {
  const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>();
  client.exec(command, (error, channel) => {
    if (error === undefined || error === null) resolve(channel);
    else reject(new DeviceError('command_rejected', `${device} takes no files by SCP: ${cleanLine(error.message)}.`));
  });
  return promise;
}

/** What the device answers: a zero, or 1 or 2 and a line. */
class Replies {
  readonly #device: string;
  #received = '';
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(channel: ClientChannel, device: string) {
    this.#device = device;
    channel.stderr.resume();
    channel.on('data', (data: Buffer) => this.#take(data.toString('latin1')));
    channel.once('close', () => this.#take(null));
  }

  /** Waits for the device to say that all is well so far. */
  async acknowledged(): Promise<void> {
    for (;;) {
      this.check();
      if (this.#received.startsWith('\0')) break;
      if (this.#ended)
        throw new DeviceError('command_rejected', `${this.#device} ended the copy in the middle, without a word.`);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    this.#received = this.#received.slice(1);
  }

  /** Throws what the device said is wrong. */
  check(): void {
    const received = this.#received;
    if (received === '' || received.startsWith('\0')) return;
    // Something that is no reply, such as a line of a CLI that knows no `scp`, counts as a complaint too.
    if (!received.includes('\n') && !this.#ended && received.length < LONGEST_REPLY) return;
    const said = cleanLine(received.split('\n')[0] ?? '')
      .trim()
      .slice(0, 200);
    throw new DeviceError('command_rejected', `${this.#device} did not take the file: ${said}`, received);
  }

  #take(text: string | null): void {
    if (text === null) this.#ended = true;
    else this.#received = (this.#received + text).slice(0, LONGEST_REPLY);
    this.#wake?.();
  }
}
