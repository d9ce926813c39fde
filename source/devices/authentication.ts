import type { AuthenticationType, AuthHandlerMiddleware, Prompt } from 'ssh2';
import { DeviceError } from './device-error.ts';

/** How to log in. With both, the key is used where the device takes keys, and the password where it does not. */
export interface Credentials {
  readonly user: string;
  readonly password?: string | undefined;
  /** A private key in OpenSSH or PEM form. */
  readonly privateKey?: string | undefined;
  readonly passphrase?: string | undefined;
}

/**
 * An authentication handler that makes one attempt and no second one: after a refused credential it gives up, since a device
 * or its directory may lock the account. Asking which methods there are is no attempt. A device that wants two methods in turn gets both.
 */
export class Authentication {
  readonly #device: string;
  readonly #credentials: Credentials;
  readonly #giveUp: (error: DeviceError) => void;
  readonly #used = new Set<AuthenticationType>();
  #answered = false;

  constructor(device: string, credentials: Credentials, giveUp: (error: DeviceError) => void) {
    this.#device = device;
    this.#credentials = credentials;
    this.#giveUp = giveUp;
  }

  /** Whether a credential has gone to the device. */
  get attempted(): boolean {
    return this.#used.size > 0;
  }

  /** The error for a credential that the device did not take. */
  refused(): DeviceError {
    const { user } = this.#credentials;
    return new DeviceError('authentication', `${this.#device} refused the login of ${user}; it is not tried again.`);
  }

  readonly handler: AuthHandlerMiddleware = (offered: AuthenticationType[] | null, partial: boolean | null, next) => {
    if (offered === null) {
      next('none');
      return;
    }
    if (this.attempted && partial !== true) {
      this.#giveUp(this.refused());
      return;
    }
    const method = this.#choose(offered);
    if (method === null) {
      this.#giveUp(this.#nothingInCommon(offered));
      return;
    }
    this.#used.add(method);
    const { user: username, password = '', privateKey = '', passphrase } = this.#credentials;
    if (method === 'publickey') {
      next({ type: method, username, key: privateKey, ...(passphrase === undefined ? {} : { passphrase }) });
    } else if (method === 'password') next({ type: method, username, password });
    else next({ type: 'keyboard-interactive', username, prompt: (...request) => this.#reply(request[3], request[4]) });
  };

  #choose(offered: readonly AuthenticationType[]): 'publickey' | 'password' | 'keyboard-interactive' | null {
    const usable = (method: AuthenticationType): boolean => offered.includes(method) && !this.#used.has(method);
    if (this.#credentials.privateKey !== undefined && usable('publickey')) return 'publickey';
    if (this.#credentials.password === undefined) return null;
    if (usable('password')) return 'password';
    return usable('keyboard-interactive') ? 'keyboard-interactive' : null;
  }

  /** Answers one hidden question with the password, once; a second question means that it was wrong, or wants something else. */
  #reply(prompts: readonly Prompt[], finish: (answers: string[]) => void): void {
    const [prompt] = prompts;
    if (this.#answered) this.#giveUp(this.refused());
    else if (prompts.length !== 1 || prompt?.echo === true) {
      const message = `${this.#device} asks for more than a password to log in, which is not supported.`;
      this.#giveUp(new DeviceError('authentication', message));
    } else {
      this.#answered = true;
      finish([this.#credentials.password ?? '']);
    }
  }

  #nothingInCommon(offered: readonly AuthenticationType[]): DeviceError {
    const have = this.#credentials.privateKey === undefined ? 'a password' : 'a private key';
    const methods = offered.length === 0 ? 'no method' : offered.join(', ');
    return new DeviceError('authentication', `${this.#device} takes ${methods} to log in, and there is only ${have}.`);
  }
}
