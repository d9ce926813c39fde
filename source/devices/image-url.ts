import { DeviceError } from './device-error.ts';

/** Reads where a device is to fetch an image. Throws a `DeviceError` for what no device is asked to fetch, as nothing is sent then. */
export function readImageUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !['scp:', 'sftp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new DeviceError(
      'command_rejected',
      'The address of an image begins with scp://HOST/, sftp://HOST/, https://HOST/ or http://HOST/.',
    );
  }
  if (url.password !== '')
    throw new DeviceError(
      'command_rejected',
      'The address of an image must not have a password in it: devices log their commands.',
    );
  if (!/^[\w.~/%+@-]+$/u.test(url.pathname) || url.search !== '' || url.hash !== '') {
    throw new DeviceError('command_rejected', 'The path of an image has letters, digits and -_.~/%+@ only.');
  }
  return url;
}
