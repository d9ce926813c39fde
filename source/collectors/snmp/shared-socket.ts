import { createSocket, type Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';

/** What the kernel may keep for us while we are busy, in bytes; it gives what it allows. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;

/**
 * One UDP socket for all sessions of a family of addresses. A socket for each of 10,000 routers would be 10,000 file
 * descriptors; the peers are told apart by their address and port instead, so an answer from elsewhere reaches nobody.
 */
export class SharedSocket {
  readonly #socket: Socket;
  readonly #peers = new Map<string, Set<Peer>>();

  constructor(family: 4 | 6) {
    // Targets are addresses already: there is nothing to look up.
    this.#socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      lookup: (host, _options, found) => found(null, host, family),
    });
    this.#socket.on('message', (message, { address, port }) => {
      for (const peer of this.#peers.get(`${address} ${port}`) ?? []) peer.deliver(message);
    });
    // What cannot be sent is told to its sender; anything else shows as silence.
    this.#socket.on('error', () => {});
    this.#socket.bind(() => this.#socket.setRecvBufferSize(RECEIVE_BUFFER));
    this.#socket.unref();
  }

  /** What looks like a socket of its own to a session with this peer. */
  peer(address: string, port: number): Peer {
    const key = `${address} ${port}`;
    const peers = this.#peers.get(key) ?? new Set();
    const peer = new Peer(this.#socket, () => {
      peers.delete(peer);
      if (peers.size === 0) this.#peers.delete(key);
    });
    this.#peers.set(key, peers.add(peer));
    return peer;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(resolve));
  }
}

/** The part of a datagram socket that net-snmp's sessions use. */
export class Peer extends EventEmitter {
  readonly #socket: Socket;
  readonly #leave: () => void;
  /** Told when the session could not make anything of a message, which net-snmp answers with an exception, or with nothing. */
  onUnreadable: () => void = () => {};

  constructor(socket: Socket, leave: () => void) {
    super();
    this.#socket = socket;
    this.#leave = leave;
  }

  deliver(message: Buffer): void {
    try {
      this.emit('message', message);
    } catch {
      this.onUnreadable();
    }
  }

  send(
    message: Buffer,
    offset: number,
    length: number,
    port: number,
    address: string,
    sent: (error: Error | null) => void,
  ): void {
    this.#socket.send(message, offset, length, port, address, sent);
  }

  /** The timers of requests keep the process alive, nothing else needs to. */
  ref(): void {}
  unref(): void {}

  close(): void {
    this.#leave();
    this.emit('close');
  }
}
