import { cleanLine } from '../model/text.ts';
import { DeviceError } from './device-error.ts';

const SOCKET_FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'it does not answer',
};

/** What ssh2 adds to its errors. */
interface SshError extends Error {
  readonly level?: string;
  readonly code?: string | number;
}

/** Puts an error of ssh2 before login into words. What the device says for itself is cleaned. */
export function loginFault(device: string, error: SshError): DeviceError {
  if (error.level === 'client-socket') {
    const fault = SOCKET_FAULTS[String(error.code)] ?? cleanLine(error.message);
    return new DeviceError('unreachable', `${device} cannot be reached: ${fault}.`);
  }
  const said = cleanLine(error.message).slice(0, 200);
  if (said.includes('no matching')) {
    const missing = said.slice(said.indexOf('no matching') + 'no matching '.length);
    return new DeviceError(
      'unreachable',
      `${device} has no modern ${missing} in common with us; allow legacy algorithms for it (NETUP_SSH_LEGACY_MODELS) if its software offers nothing better.`,
    );
  }
  if (typeof error.code === 'number') return new DeviceError('closed', `${device} closed the connection: ${said}.`);
  return new DeviceError('unreachable', `${device} does not answer as an SSH server should: ${said}.`);
}

/** Puts an error of ssh2 on an open session into words. */
export function sessionFault(device: string, error: SshError, doing: string, seen: string): DeviceError {
  if (error.level === 'client-timeout') {
    return new DeviceError('timeout', `${device} stopped answering while ${doing}.`, seen);
  }
  return closedFault(device, doing, seen);
}

export function closedFault(device: string, doing: string, seen: string): DeviceError {
  return new DeviceError('closed', `${device} closed the connection while ${doing}.`, seen);
}
