import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2';
import { bareName } from './image-url.ts';
import type { Machine } from './machine.ts';
import { ReceivedFile } from './receive-file.ts';

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;
const REGULAR_FILE = 0o100644;

/** An SFTP server that takes files, and gives none. */
export function receiveBySftp(sftp: SFTPWrapper, machine: Machine): void {
  const open = new Map<number, ReceivedFile>();
  let next = 0;
  const fileOf = (handle: Buffer): ReceivedFile | undefined =>
    handle.length === 4 ? open.get(handle.readUInt32BE(0)) : undefined;
  const status = (request: number, code: keyof typeof STATUS_CODE): void => sftp.status(request, STATUS_CODE[code]);
  const stat = (request: number, path: string): void => {
    const file = machine.flash.find(bareName(path));
    if (file === undefined) status(request, 'NO_SUCH_FILE');
    else sftp.attrs(request, attributes(file.sizeBytes));
  };

  sftp.on('OPEN', (request, path, flags) => {
    if ((flags & OPEN_MODE.WRITE) === 0) {
      status(request, 'PERMISSION_DENIED');
      return;
    }
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(next, 0);
    open.set(next, new ReceivedFile(machine, bareName(path)));
    next += 1;
    sftp.handle(request, handle);
  });
  sftp.on('WRITE', (request, handle, offset, bytes) => {
    const file = fileOf(handle);
    status(request, file?.writeAt(offset, bytes) === true ? 'OK' : 'FAILURE');
  });
  sftp.on('CLOSE', (request, handle) => {
    fileOf(handle)?.end();
    status(request, 'OK');
  });
  sftp.on('FSTAT', (request, handle) => {
    const file = fileOf(handle);
    if (file === undefined) status(request, 'FAILURE');
    else sftp.attrs(request, attributes(file.sizeBytes));
  });
  sftp.on('STAT', stat);
  sftp.on('LSTAT', stat);
  sftp.on('SETSTAT', (request) => status(request, 'OK'));
  sftp.on('FSETSTAT', (request) => status(request, 'OK'));
  sftp.on('REALPATH', (request, path) =>
    sftp.name(request, [{ filename: path === '.' ? '/var/tmp' : path, longname: path, attrs: attributes(0) }]),
  );
  sftp.on('REMOVE', (request, path) => status(request, machine.flash.remove(bareName(path)) ? 'OK' : 'NO_SUCH_FILE'));
  sftp.once('close', () => {
    for (const file of open.values()) file.end();
  });
}

function attributes(size: number): Attributes {
  return { mode: REGULAR_FILE, uid: 0, gid: 0, size, atime: 0, mtime: 0 };
}
