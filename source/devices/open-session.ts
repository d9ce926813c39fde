import type { Client, ClientChannel } from 'ssh2';
import { DeviceError } from './device-error.ts';
import type { PlatformDriver } from './platform.ts';
import { closedFault } from './ssh-fault.ts';
import { login } from './ssh-login.ts';
import { SshSession } from './ssh-session.ts';
import { DEFAULT_TIMEOUTS, type Target, targetName } from './target.ts';

/** Wide, so that a device does not wrap the echo of a command. */
const TERMINAL = { term: 'vt100', cols: 511, rows: 24 };

/**
 * Logs in to a device and makes its command line ready. The caller closes the session.
 * Rejects with a DeviceError, or with the reason of the target's signal.
 */
export async function openSession(target: Target, driver: PlatformDriver): Promise<SshSession> {
  const device = targetName(target);
  const timeouts = { ...DEFAULT_TIMEOUTS, ...target.timeouts };
  const { client, hostKey } = await login(target);
  const hangUp = (): void => void client.destroy();
  target.signal?.addEventListener('abort', hangUp, { once: true });
  try {
    const channel = await openShell(client, device, timeouts.command);
    const session = new SshSession(device, { client, channel, hostKey }, driver, timeouts, target);
    await session.prepare();
    return session;
  } catch (error) {
    client.destroy();
    target.signal?.throwIfAborted();
    throw error;
  } finally {
    target.signal?.removeEventListener('abort', hangUp);
  }
}

async function openShell(client: Client, device: string, milliseconds: number): Promise<ClientChannel> {
  const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>();
  const doing = 'opening a command line';
  const timer = setTimeout(() => {
    reject(new DeviceError('timeout', `${device} did not finish within ${milliseconds / 1000} s while ${doing}.`));
  }, milliseconds);
  client.shell(TERMINAL, (error, channel) => {
    if (error === undefined || error === null) resolve(channel);
    else reject(closedFault(device, doing, ''));
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
