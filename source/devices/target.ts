import type { AlgorithmChoice } from './algorithms.ts';
import type { Credentials } from './authentication.ts';
import type { HostKeyRule } from './host-key.ts';

/** Milliseconds. */
export interface Timeouts {
  /** From the first packet to being logged in. */
  readonly connect: number;
  /** From the login to the first prompt; and for each command, from sending it to the prompt after its answer. */
  readonly command: number;
  /** How long a line that looks like a question may stand, with nothing printed after it, before it counts as one that nobody foresaw. */
  readonly patience: number;
  /** For the copy of an image. */
  readonly copy: number;
  /** For reading an image through, and for putting it in place. */
  readonly install: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  connect: 15_000,
  command: 30_000,
  patience: 10_000,
  copy: 7_200_000,
  install: 1_800_000,
};

/** A device to log in to. */
export interface Target extends Credentials {
  readonly host: string;
  readonly port: number;
  readonly hostKey: HostKeyRule;
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** `modern` if left out. */
  readonly algorithms?: AlgorithmChoice | undefined;
  /**
   * Called right before anything is sent to the command line; what it throws ends the session, and nothing is sent. Told the command, which
   * has no secret in it, or null for what is answered to a question.
   */
  readonly beforeSend?: ((command: string | null) => void) | undefined;
  /** Told when the host itself is reached, before the exchange of keys; not for one behind a jump host. */
  readonly onConnected?: (() => void) | undefined;
  /** A host to log in to first, and to go on from. It has a host key and a login of its own. */
  readonly jump?: Target | undefined;
  /** The clock that boot times are told by; this computer's if left out. */
  readonly now?: (() => Date) | undefined;
  /** Told what the device prints, line by line, cleaned; but not its configuration. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Aborting closes the connection and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The device in messages: `host:port`, the port left out where it is 22. */
export function targetName({ host, port }: Pick<Target, 'host' | 'port'>): string {
  const address = host.includes(':') ? `[${host}]` : host;
  return port === 22 ? host : `${address}:${port}`;
}
