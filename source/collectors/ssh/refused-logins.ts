import { isDeepStrictEqual } from 'node:util';
import type { Credentials } from '../../devices/authentication.ts';

/** Devices and their directories lock an account after some refused logins: at this pace it is not. */
const AGAIN_AFTER_SECONDS = 3600;

/** Logins that a router refused, which are not tried again soon unless they are others. */
export class RefusedLogins {
  readonly #refused = new Map<string, { readonly login: Credentials; readonly at: number }>();

  add(key: string, login: Credentials, at: number): void {
    this.#refused.set(key, { login, at });
  }

  /** Whether this login was refused within the hour; `at` is in seconds. */
  has(key: string, login: Credentials, at: number): boolean {
    const refused = this.#refused.get(key);
    if (refused === undefined) return false;
    if (at - refused.at < AGAIN_AFTER_SECONDS && isDeepStrictEqual(refused.login, login)) return true;
    this.#refused.delete(key);
    return false;
  }

  delete(key: string): void {
    this.#refused.delete(key);
  }
}
