import { createServer, type Server, type Socket } from 'node:net';
import type { Line } from './machine.ts';

const AGAIN_MS = 50;

/** A TCP port that can be taken down, with every connection, and put up again at the same number. */
export class Port implements Line {
  readonly #host: string;
  readonly #serve: (socket: Socket) => void;
  readonly #sockets = new Set<Socket>();
  #listener: Server | null = null;
  #closed: Promise<void> = Promise.resolve();
  #again: NodeJS.Timeout | undefined;
  #stopped = false;
  #number = 0;

  constructor(host: string, serve: (socket: Socket) => void) {
    this.#host = host;
    this.#serve = serve;
  }

  get number(): number {
    return this.#number;
  }

  /** Listens at this port, 0 for a free one. Rejects if it cannot be had. */
  async open(port: number): Promise<void> {
    // Without noDelay every answer waits for an acknowledgement: 400 ms a login where 5 ms will do.
    const listener = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      this.#serve(socket);
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    listener.once('error', reject);
    listener.listen(port, this.#host, resolve);
    await promise;
    this.#listener = listener;
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('A simulated device has no TCP port.');
    this.#number = address.port;
    if (this.#stopped) this.down();
  }

  down(): void {
    for (const socket of this.#sockets) socket.destroy();
    const listener = this.#listener;
    if (listener === null) return;
    this.#listener = null;
    const { promise, resolve } = Promise.withResolvers<void>();
    listener.close(() => resolve());
    this.#closed = promise;
  }

  up(): void {
    void this.#closed.then(() => this.#reopen());
  }

  /** For good. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#again);
    this.down();
    await this.#closed;
  }

  async #reopen(): Promise<void> {
    if (this.#stopped) return;
    try {
      await this.open(this.#number);
    } catch {
      // In the meantime somebody may have been given this port as his own end of a connection.
      if (!this.#stopped) this.#again = setTimeout(() => void this.#reopen(), AGAIN_MS);
    }
  }
}
