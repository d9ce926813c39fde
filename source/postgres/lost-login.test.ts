import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { DatabaseUnavailable } from './database-unavailable.ts';
import { openDatabase } from './database.ts';

const support = useDatabase();
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});

afterEach(() => {
  process.off('unhandledRejection', note);
});

/** A way to the server that passes on so many messages of it, and ends in place of the next one. Returns its port. */
async function cutAfter(messages: number, target: { readonly host: string; readonly port: number }) {
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect({ host: target.host, port: target.port });
    let passed = 0;
    client.on('error', () => undefined).on('close', () => upstream.destroy());
    upstream.on('error', () => undefined).on('close', () => client.destroy());
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at += 1 + chunk.readUInt32BE(at + 1)) {
        passed += 1;
        if (passed > messages) {
          cuts += 1;
          client.destroy();
          return;
        }
        client.write(chunk.subarray(at, at + 1 + chunk.readUInt32BE(at + 1)));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { port: address.port, cuts: () => cuts, stop: () => void server.close() };
}

// Whatever the login was doing: passwords, parameters of the server, the driver's own look at the types, our greeting.
it.each([0, 1, 2, 3, 5, 15, 17, 18, 19, 20, 21, 22, 30, 60])(
  'rejects, and does nothing else, when the login is cut after %i messages of the server',
  async (messages) => {
    const settings = support.settings('app_user');
    const way = await cutAfter(messages, settings);
    const database = openDatabase({ ...settings, port: way.port });
    try {
      await expect(database.ping()).rejects.toThrow(DatabaseUnavailable);
      await new Promise((resolve) => setImmediate(resolve));
      expect(way.cuts()).toBeGreaterThan(0);
      expect(unhandled).toEqual([]);
    } finally {
      await database.close();
      way.stop();
    }
  },
);
