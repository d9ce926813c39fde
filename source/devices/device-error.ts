import { cleanText } from '../model/text.ts';

/** What went wrong with a device, for callers that act on it. Only `unreachable`, `timeout` and `closed` are worth another try. */
export type DeviceErrorCode =
  | 'unreachable'
  | 'timeout'
  | 'host_key'
  | 'authentication'
  | 'unexpected_prompt'
  | 'command_rejected'
  | 'unparseable'
  | 'closed';

const SEEN_CHARACTERS = 2000;

/** A device could not be reached, logged in to, or understood. The message is one sentence for people and holds no secret. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
  readonly code: DeviceErrorCode;
  /** The end of what the device had printed, cleaned, at most 2,000 characters; empty if it printed nothing. */
  readonly seen: string;

  constructor(code: DeviceErrorCode, message: string, seen = '') {
    super(message);
    this.code = code;
    this.seen = cleanText(seen).trim().slice(-SEEN_CHARACTERS);
  }
}
