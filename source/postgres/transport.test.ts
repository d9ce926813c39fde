import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates, TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { TEST_CERTIFICATE, TEST_KEY } from '../../test/support/test-certificate.ts';
import type { PostgresSettings } from '../config/settings.ts';
import { DatabaseUnavailable } from './database-unavailable.ts';
import { openTransport } from './transport.ts';

/** Answers a request for TLS with `offer`, and then echoes. */
async function startServer(offer: string): Promise<{ port: number; stop: () => void }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (first) => {
      const asks = first.length === 8 && first.readInt32BE(4) === 80_877_103;
      socket.write(asks ? offer : first);
      if (asks) echo(offer === 'S' ? encrypt(socket) : socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: portOf(server.address()), stop: () => void server.close() };
}

function encrypt(socket: Socket): TLSSocket {
  return new TLSSocket(socket, { isServer: true, cert: TEST_CERTIFICATE, key: TEST_KEY });
}

function echo(socket: Socket): void {
  socket.on('error', () => undefined).on('data', (chunk) => socket.write(chunk));
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const servers: { stop: () => void }[] = [];
const trusted = getCACertificates();

afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
  setDefaultCACertificates(trusted);
});

/** `plain` or `encrypted`, by what came back and how. */
async function reach(offer: string, sslMode: PostgresSettings['sslMode'], host = 'localhost'): Promise<string> {
  const server = await startServer(offer);
  servers.push(server);
  const settings = { host, port: server.port, database: 'd', user: 'u', password: 'p', sslMode, poolSize: 1 };
  const stream = await openTransport(settings, new AbortController().signal);
  stream.write('hello');
  const [answer]: unknown[] = await once(stream, 'data');
  expect(String(answer)).toBe('hello');
  const kind = stream instanceof TLSSocket ? 'encrypted' : 'plain';
  stream.destroy();
  return kind;
}

describe('a server that offers encryption', () => {
  test('is not asked under disable', async () => expect(await reach('S', 'disable')).toBe('plain'));
  test('is taken up on it under prefer', async () => expect(await reach('S', 'prefer')).toBe('encrypted'));
  test('need not prove who it is under require', async () => expect(await reach('S', 'require')).toBe('encrypted'));
  test.for(['verify-ca', 'verify-full'] as const)('must be trusted under %s', async (sslMode) => {
    await expect(reach('S', sslMode)).rejects.toThrow(/certificate of PostgreSQL at localhost:\d+ is not trusted/u);
  });
});

describe('a server with a trusted certificate', () => {
  test('passes verify-full under its name', async () => {
    setDefaultCACertificates([...trusted, TEST_CERTIFICATE]);
    expect(await reach('S', 'verify-full')).toBe('encrypted');
  });
  test('passes verify-ca, and not verify-full, under another name', async () => {
    setDefaultCACertificates([...trusted, TEST_CERTIFICATE]);
    expect(await reach('S', 'verify-ca', '127.0.0.1')).toBe('encrypted');
    await expect(reach('S', 'verify-full', '127.0.0.1')).rejects.toThrow(/not trusted.*ALTNAME/u);
  });
});

describe('a server without encryption', () => {
  test('is good enough under prefer', async () => expect(await reach('N', 'prefer')).toBe('plain'));
  test.for(['require', 'verify-ca', 'verify-full'] as const)('is refused under %s', async (sslMode) => {
    await expect(reach('N', sslMode)).rejects.toThrow(/offers no encryption, which PG_SSL_MODE=/u);
  });
});

test('what is slipped in before the encryption is refused', async () => {
  await expect(reach('Sx', 'require')).rejects.toThrow(/is not PostgreSQL/u);
  await expect(reach('HTTP/1.1 400', 'prefer')).rejects.toThrow(/is not PostgreSQL/u);
});

test('giving up closes the connection', async () => {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const accepted = once(silent, 'connection');
  const giveUp = new AbortController();
  const port = portOf(silent.address());
  const settings = { host: '127.0.0.1', port, database: 'd', user: 'u', password: 'p', poolSize: 1 };
  const opening = openTransport({ ...settings, sslMode: 'prefer' }, giveUp.signal);
  const [socket] = await accepted;
  const closed = once(socket, 'close');
  socket.resume();
  giveUp.abort(new DatabaseUnavailable('too slow'));
  await expect(opening).rejects.toThrow('too slow');
  await closed;
  silent.close();
});

test('nobody listening is said with the address', async () => {
  const settings = { host: '127.0.0.1', port: 1, database: 'd', user: 'u', password: 'secret', poolSize: 1 };
  const opening = openTransport({ ...settings, sslMode: 'prefer' }, new AbortController().signal);
  await expect(opening).rejects.toThrow('PostgreSQL at 127.0.0.1:1 does not answer (ECONNREFUSED).');
});
