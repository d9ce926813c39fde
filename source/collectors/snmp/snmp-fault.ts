import { cleanLine } from '../../model/text.ts';
import { PollFailed } from '../poller.ts';

/** What net-snmp fails with, by the names and numbers of its errors. */
const AUTHENTICATION_FAILED = 5;
const COULD_NOT_DECRYPT = 4;
const OTHER_COMMUNITY = 10;
const UNEXPECTED_REPORT = 11;
const ACCESS_STATUS: ReadonlySet<unknown> = new Set([6, 16]);

/** A failure of a request, in words of ours: net-snmp's hold digests and communities. */
export function toPollFailed(error: unknown, device: string): PollFailed {
  if (error instanceof PollFailed) return error;
  const { name = '', code, status } = error instanceof Error ? fieldsOf(error) : {};
  if (name === 'RequestTimedOutError') {
    return new PollFailed(
      'silent',
      `${device} does not answer SNMP: it is down, or the community or an access list is another.`,
    );
  }
  if (name === 'ResponseInvalidError') return invalidAnswer(code, device);
  if (name === 'RequestFailedError') {
    return ACCESS_STATUS.has(status)
      ? new PollFailed('refused', `${device} refuses to be read by SNMP with this login.`)
      : new PollFailed('unreadable', `${device} answered SNMP with the error status ${cleanLine(String(status))}.`);
  }
  if (typeof code === 'string' && /^E[A-Z0-9]+$/u.test(code)) {
    return new PollFailed('silent', `${device} cannot be reached by SNMP: ${code}.`);
  }
  return new PollFailed('unreadable', `${device} answered SNMP with something that makes no sense.`);
}

function invalidAnswer(code: unknown, device: string): PollFailed {
  if (code === AUTHENTICATION_FAILED || code === COULD_NOT_DECRYPT || code === UNEXPECTED_REPORT) {
    return new PollFailed('refused', `${device} refuses the SNMPv3 user, its protocols or its keys.`);
  }
  if (code === OTHER_COMMUNITY) return new PollFailed('refused', `${device} answered SNMP with another community.`);
  return new PollFailed('unreadable', `${device} answered SNMP with something that makes no sense.`);
}

function fieldsOf(error: Error): { readonly name: string; readonly code?: unknown; readonly status?: unknown } {
  return {
    name: error.name,
    ...('code' in error ? { code: error.code } : {}),
    ...('status' in error ? { status: error.status } : {}),
  };
}
