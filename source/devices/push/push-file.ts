import { open } from 'node:fs/promises';
import { DeviceError } from '../device-error.ts';
import type { DeviceLink } from '../device-link.ts';
import type { PlatformProcedures } from '../procedures.ts';
import { login } from '../ssh-login.ts';
import { sendByScp } from './send-by-scp.ts';
import { sendBySftp } from './send-by-sftp.ts';
import { CHUNK_BYTES, type Sending } from './sending.ts';

/** Percent from one line of progress to the next. */
const STEP = 5;

/**
 * Sends a file to a device over a connection of its own, since many devices take one channel a connection. One attempt at the login; the host
 * key must be the one of the login that there is.
 */
export async function pushFile(
  { target, device, timeouts }: DeviceLink,
  hostKey: string,
  { by, folder }: PlatformProcedures['push'],
  path: string,
  name: string,
  onProgress: (line: string) => void,
): Promise<void> {
  const file = await open(path);
  try {
    const { size: bytes } = await file.stat();
    const sending: Sending = {
      bytes,
      async read(from) {
        const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, from);
        return buffer.subarray(0, bytesRead);
      },
      beforeSend: () => target.beforeSend?.(null),
      sent: progress(bytes, onProgress),
    };
    const { client } = await login({ ...target, hostKey: { expect: hostKey } });
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    stopped.catch(() => undefined);
    const abort = (): void => reject(target.signal?.reason);
    const lost = (): void =>
      reject(new DeviceError('closed', `${device} closed the connection while ${name} was sent.`));
    const late = (): void => {
      reject(
        new DeviceError('timeout', `${device} did not take ${name} within ${Math.round(timeouts.copy / 60_000)} min.`),
      );
    };
    client.on('error', lost);
    client.once('close', lost);
    target.signal?.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(late, timeouts.copy);
    const send = by === 'scp' ? sendByScp : sendBySftp;
    try {
      await Promise.race([send(client, device, folder + name, sending), stopped]);
    } finally {
      clearTimeout(timer);
      target.signal?.removeEventListener('abort', abort);
      client.destroy();
    }
  } finally {
    await file.close();
  }
}

function progress(bytes: number, onProgress: (line: string) => void): (sent: number) => void {
  let next = STEP;
  return (sent) => {
    const percent = bytes === 0 ? 100 : Math.floor((sent / bytes) * 100);
    if (percent < next) return;
    next = percent - (percent % STEP) + STEP;
    onProgress(`${percent}% of ${bytes} bytes sent`);
  };
}
