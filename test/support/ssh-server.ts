import { createServer, type Socket } from 'node:net';
import ssh2, { type Connection } from 'ssh2';
import { onTestFinished } from 'vitest';

/** Starts an SSH server for the test that runs; gives its port. Without `noDelay` every answer would take 40 ms and more. */
export async function sshServer(hostKey: string, onConnection: (connection: Connection) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const server = new ssh2.Server({ hostKeys: [hostKey] }, onConnection);
    server.injectSocket(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  listener.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
