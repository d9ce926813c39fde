import type { ServerChannel } from 'ssh2';
import { bareName } from './image-url.ts';
import type { Machine } from './machine.ts';
import { ReceivedFile } from './receive-file.ts';

const OK = Buffer.of(0);
const LONGEST_HEADER = 1024;

/** Where `scp` on the other side wants to send a file to; null if the command is none of these. */
export function scpDestination(command: string): string | null {
  const match = /^scp (?:-[a-z]+ )*-[a-z]*t[a-z]* (?:-- )?(\S+)$/u.exec(command);
  return match?.[1] === undefined ? null : bareName(match[1]);
}

/** The receiving end of SCP, for one file: a header `C0644 SIZE NAME`, the bytes, a zero; each is acknowledged. */
export function receiveByScp(channel: ServerChannel, machine: Machine, destination: string): void {
  let header: string | null = '';
  let left = 0;
  let file: ReceivedFile | null = null;
  const fail = (text: string): void => {
    file?.end();
    file = null;
    channel.write(Buffer.concat([Buffer.of(1), Buffer.from(`${text}\n`)]));
    channel.exit(1);
    channel.end();
  };
  channel.write(OK);
  channel.on('data', (chunk: Buffer) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (header !== null) {
        const end = rest.indexOf(10);
        header += rest.subarray(0, end === -1 ? rest.length : end).toString('latin1');
        if (header.length > LONGEST_HEADER) return fail('protocol error');
        if (end === -1) return;
        rest = rest.subarray(end + 1);
        const [, size, name] = /^C\d{4} (\d+) (.+)$/u.exec(header) ?? [];
        // Times of the file, which nobody keeps.
        if (/^T\d/u.test(header)) {
          header = '';
          channel.write(OK);
          continue;
        }
        if (size === undefined) return fail('protocol error');
        header = null;
        left = Number(size);
        file = new ReceivedFile(machine, destination === '' ? bareName(name ?? '') : destination);
        channel.write(OK);
      } else if (left > 0) {
        const part = rest.subarray(0, left);
        if (file?.write(part) === false) return fail('scp: No space left on device');
        left -= part.length;
        rest = rest.subarray(part.length);
      } else {
        rest = rest.subarray(1);
        header = '';
        file?.end();
        file = null;
        channel.write(OK);
      }
    }
  });
  channel.once('end', () => {
    channel.exit(0);
    channel.end();
  });
  channel.once('close', () => file?.end());
}
