import type { Duplex } from 'node:stream';
import ssh2, { Client } from 'ssh2';
import { ALGORITHMS } from './algorithms.ts';
import { Authentication } from './authentication.ts';
import { DeviceError } from './device-error.ts';
import { hostKeyFault, hostKeyFingerprint } from './host-key.ts';
import { throughJump } from './jump.ts';
import { loginFault } from './ssh-fault.ts';
import { DEFAULT_TIMEOUTS, type Target, targetName } from './target.ts';

const KEEPALIVE_MILLISECONDS = 10_000;
const KEEPALIVES_UNANSWERED = 3;

export interface Login {
  readonly client: Client;
  /** The fingerprint of the key that was accepted. */
  readonly hostKey: string;
}

/**
 * Connects, checks the host key, and logs in with one attempt. Rejects with a {@link DeviceError}, or with the signal's
 * reason; the connection is closed then.
 */
export async function login(target: Target): Promise<Login> {
  const { jump } = target;
  if (jump === undefined) return loginOver(target, undefined);
  checkPrivateKey(target);
  const { client: first } = await login({ ...jump, signal: target.signal });
  try {
    // A jump host that is lost takes what goes through it along, and that is told there.
    first.on('error', () => undefined);
    const reached = await loginOver(target, await throughJump(first, targetName(jump), target));
    reached.client.once('close', () => first.end());
    return reached;
  } catch (error) {
    first.destroy();
    throw error;
  }
}

/** Logs in over a new connection, or over one that is there. */
async function loginOver(target: Target, connection: Duplex | undefined): Promise<Login> {
  const device = targetName(target);
  checkPrivateKey(target);
  target.signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Login>();
  const client = new Client();
  let hostKey = '';

  const giveUp = (error: unknown): void => {
    // Only the first reason counts: closing the connection brings others in its train.
    reject(error);
    client.destroy();
  };
  const authentication = new Authentication(device, target, giveUp);
  const lost = (otherwise: DeviceError): DeviceError => {
    if (!authentication.attempted) return otherwise;
    // Some devices hang up on a wrong password. Taking it for a lost connection would mean another try, and a locked account.
    const message = `${device} closed the connection at the login of ${target.user}, as some do for a wrong password; it is not tried again.`;
    return new DeviceError('authentication', message);
  };
  const aborted = (): void => giveUp(target.signal?.reason);
  const milliseconds = target.timeouts?.connect ?? DEFAULT_TIMEOUTS.connect;
  const timer = setTimeout(() => {
    giveUp(new DeviceError('timeout', `${device} did not complete the login within ${milliseconds / 1000} s.`));
  }, milliseconds);
  target.signal?.addEventListener('abort', aborted, { once: true });

  client.on('error', (error) => giveUp(lost(loginFault(device, error))));
  client.once('close', () =>
    giveUp(lost(new DeviceError('closed', `${device} closed the connection before the login.`))),
  );
  client.on('change password', () =>
    giveUp(new DeviceError('authentication', `${device} wants a new password for ${target.user}; set one by hand.`)),
  );
  client.once('connect', () => target.onConnected?.());
  client.once('ready', () => resolve({ client, hostKey }));
  client.connect({
    ...(connection === undefined ? { host: target.host, port: target.port } : { sock: connection }),
    username: target.user,
    algorithms: ALGORITHMS[target.algorithms ?? 'modern'],
    authHandler: authentication.handler,
    hostVerifier: (key: Buffer) => {
      hostKey = hostKeyFingerprint(key);
      const fault = hostKeyFault(target.hostKey, hostKey, device);
      if (fault !== null) giveUp(fault);
      return fault === null;
    },
    keepaliveInterval: KEEPALIVE_MILLISECONDS,
    keepaliveCountMax: KEEPALIVES_UNANSWERED,
    // Ours covers name look-up as well, and says it in our words.
    readyTimeout: 0,
  });
  client.setNoDelay(true);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    target.signal?.removeEventListener('abort', aborted);
  }
}

function checkPrivateKey({ privateKey, passphrase, user }: Target): void {
  if (privateKey === undefined) return;
  const parsed = ssh2.utils.parseKey(privateKey, passphrase);
  if (!(parsed instanceof Error) && (Array.isArray(parsed) || parsed.isPrivateKey())) return;
  throw new DeviceError('authentication', `The private key of ${user} cannot be read, so no login was tried.`);
}
