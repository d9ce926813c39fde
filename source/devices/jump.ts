import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { cleanLine } from '../model/text.ts';
import { DeviceError } from './device-error.ts';
import { DEFAULT_TIMEOUTS, type Target, targetName } from './target.ts';

/**
 * A connection to a target that a logged-in client passes on. Rejects with a {@link DeviceError} if it does not, or with the reason of the
 * target's signal.
 */
export async function throughJump(jump: Client, jumpName: string, target: Target): Promise<Duplex> {
  const { host, port, signal } = target;
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const fail = (why: string): void => {
    const message = `${targetName(target)} cannot be reached by way of ${jumpName}: ${why}.`;
    reject(new DeviceError('unreachable', message));
  };
  const milliseconds = target.timeouts?.connect ?? DEFAULT_TIMEOUTS.connect;
  const timer = setTimeout(() => fail(`nothing happened within ${milliseconds / 1000} s`), milliseconds);
  const abort = (): void => reject(signal?.reason);
  const lost = (): void => fail('the connection to it was lost');
  signal?.addEventListener('abort', abort, { once: true });
  jump.once('close', lost);
  jump.forwardOut('127.0.0.1', 0, host, port, (error, stream) => {
    if (error === undefined || error === null) resolve(stream);
    else fail(cleanLine(error.message).slice(0, 200));
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    jump.removeListener('close', lost);
  }
}
