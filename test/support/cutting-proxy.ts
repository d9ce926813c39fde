import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be interrupted. */
export interface CuttingProxy {
  readonly port: number;
  /** Drops what the server says next, and the connection with it. */
  cutAtNextAnswer(): void;
  /** Says nothing any more, in connections that are open and in new ones, as if the network had swallowed it all. */
  fallSilent(): void;
  /** Cuts every connection, and answers no new one until `mend`. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  stop(): Promise<void>;
}

/** Forwards connections to `target` from a port of its own on the loopback interface. */
export async function startCuttingProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let armed = false;
  let silent = false;
  const server = createServer((client) => {
    const upstream = connect({ host: target.host, port: target.port });
    const pair = [client, upstream];
    for (const socket of pair) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        for (const other of pair) other.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      if (armed) client.destroy();
      else if (!silent) client.write(chunk);
      armed = false;
    });
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return portOf(server.address());
  };
  const cut = async (): Promise<void> => {
    const closed = server.listening ? once(server.close(), 'close') : Promise.resolve();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const port = await listen(0);
  return {
    port,
    cutAtNextAnswer: () => {
      armed = true;
    },
    fallSilent: () => {
      silent = true;
    },
    cut,
    mend: async () => {
      silent = false;
      await listen(port);
    },
    stop: cut,
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return address.port;
}
