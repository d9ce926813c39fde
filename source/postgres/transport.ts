import { connect as connectSocket, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { PostgresSettings } from '../config/settings.ts';
import { addressOf, DatabaseUnavailable, unavailable } from './database-unavailable.ts';

/** Length 8 and the code 80877103, by which PostgreSQL knows a client that asks for TLS. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const KEEP_ALIVE_MS = 10_000;

/**
 * Opens a byte stream to the server, encrypted as `sslMode` says: `prefer` takes what the server offers, `require` encrypts
 * without checking whom it talks to, `verify-ca` checks the certificate, `verify-full` the host name too. A Unix socket is
 * never encrypted. Rejects with `DatabaseUnavailable`; an aborted `signal` closes what was opened.
 */
export async function openTransport(settings: PostgresSettings, signal: AbortSignal): Promise<Duplex> {
  const local = settings.host.startsWith('/');
  const socket = local
    ? connectSocket({ path: addressOf(settings) })
    : connectSocket({ host: settings.host, port: settings.port });
  await ready(socket, 'connect', settings, signal);
  socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
  if (local || settings.sslMode === 'disable') return socket;
  if (await offersTls(socket, settings, signal)) return encrypt(socket, settings, signal);
  if (settings.sslMode === 'prefer') return socket;
  socket.destroy();
  throw new DatabaseUnavailable(
    `PostgreSQL at ${addressOf(settings)} offers no encryption, which PG_SSL_MODE=${settings.sslMode} asks for.`,
  );
}

async function offersTls(socket: Socket, settings: PostgresSettings, signal: AbortSignal): Promise<boolean> {
  socket.write(SSL_REQUEST);
  await ready(socket, 'readable', settings, signal);
  const answer: unknown = socket.read();
  // More than the one byte would have been sent by somebody in between, before the encryption.
  if (answer instanceof Buffer && answer.length === 1 && (answer[0] === 0x53 || answer[0] === 0x4e)) {
    return answer[0] === 0x53;
  }
  socket.destroy();
  throw new DatabaseUnavailable(`What answers at ${addressOf(settings)} is not PostgreSQL.`);
}

async function encrypt(socket: Socket, settings: PostgresSettings, signal: AbortSignal): Promise<Duplex> {
  const verified = settings.sslMode === 'verify-ca' || settings.sslMode === 'verify-full';
  const encrypted = connectTls({
    socket,
    host: settings.host,
    ...(isIP(settings.host) === 0 ? { servername: settings.host } : {}),
    rejectUnauthorized: verified,
    ...(settings.sslMode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  });
  await ready(encrypted, 'secureConnect', settings, signal);
  return encrypted;
}

/** Waits for `event`; rejects if the stream fails or ends first. */
function ready(stream: Duplex, event: string, settings: PostgresSettings, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      stream.off(event, onReady).off('error', onError).off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      outcome();
    };
    const fail = (error: DatabaseUnavailable): void => {
      // A late error of a stream that nobody listens to any more would end the process.
      stream.on('error', () => undefined).destroy();
      settle(() => reject(error));
    };
    const onReady = (): void => settle(resolve);
    const onError = (error: NodeJS.ErrnoException): void => fail(describe(error, settings));
    const onClose = (): void => fail(unavailable(`PostgreSQL at ${addressOf(settings)} hung up`, 'ECONNRESET'));
    const onAbort = (): void =>
      fail(signal.reason instanceof DatabaseUnavailable ? signal.reason : unavailable('Gave up', 'ABORT_ERR'));
    stream.once(event, onReady).once('error', onError).once('close', onClose);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}

function describe(error: NodeJS.ErrnoException, settings: PostgresSettings): DatabaseUnavailable {
  const code = error.code ?? 'no reason given';
  const address = addressOf(settings);
  return /CERT|SIGNED|ISSUER|ALTNAME/u.test(code)
    ? unavailable(
        `The certificate of PostgreSQL at ${address} is not trusted, which PG_SSL_MODE=${settings.sslMode} asks for; ` +
          'NODE_EXTRA_CA_CERTS can name a file with its authority',
        code,
      )
    : unavailable(`PostgreSQL at ${address} does not answer`, code);
}
