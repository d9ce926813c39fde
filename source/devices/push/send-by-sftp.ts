import type { Client, SFTPWrapper } from 'ssh2';
import { cleanLine } from '../../model/text.ts';
import { DeviceError } from '../device-error.ts';
import { CHUNK_BYTES, type Sending } from './sending.ts';

/** Parts under way at once: with one, every part would wait for the way there and back. */
const PARTS = 16;

/** Writes a file by SFTP, replacing one of the same name. */
export async function sendBySftp(client: Client, device: string, destination: string, file: Sending): Promise<void> {
  const failed = (error: Error): DeviceError => {
    return new DeviceError('command_rejected', `${device} did not take the file: ${cleanLine(error.message)}.`);
  };
  file.beforeSend();
  const sftp = await call<SFTPWrapper>((done) => client.sftp(done), failed);
  const handle = await call<Buffer>((done) => sftp.open(destination, 'w', done), failed);
  let next = 0;
  let arrived = 0;
  const sendParts = async (): Promise<void> => {
    while (next < file.bytes) {
      const from = next;
      // Taken before the read, so that no other sends the same.
      next += CHUNK_BYTES;
      const chunk = (await file.read(from)).subarray(0, file.bytes - from);
      if (chunk.length < Math.min(CHUNK_BYTES, file.bytes - from))
        throw new Error('The file became shorter while it was sent.');
      file.beforeSend();
      await call<void>(
        (done) => sftp.write(handle, chunk, 0, chunk.length, from, (error) => done(error, undefined)),
        failed,
      );
      arrived += chunk.length;
      file.sent(arrived);
    }
  };
  await Promise.all(Array.from({ length: PARTS }, () => sendParts()));
  await call<void>((done) => sftp.close(handle, (error) => done(error, undefined)), failed);
}

function call<T>(
  start: (done: (error: Error | null | undefined, value: T) => void) => void,
  failed: (error: Error) => DeviceError,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  start((error, value) => {
    if (error === null || error === undefined) resolve(value);
    else reject(failed(error));
  });
  return promise;
}
