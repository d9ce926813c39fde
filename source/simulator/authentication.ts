import ssh2, { type AuthContext, type AuthenticationType } from 'ssh2';
import type { Machine } from './machine.ts';

/** A login that was tried, for tests and logs. The password is not in it. */
export interface LoginAttempt {
  readonly hostname: string;
  readonly user: string;
  /** `none` asks which methods there are. */
  readonly method: AuthenticationType;
  readonly accepted: boolean;
}

const REFUSALS = 3;

/** Decides about the logins of one connection. `hangUp` closes it. */
export class DeviceAuthentication {
  readonly #machine: Machine;
  readonly #report: (attempt: LoginAttempt) => void;
  readonly #hangUp: () => void;
  readonly #methods: readonly AuthenticationType[];
  #refusals = 0;

  constructor(machine: Machine, report: (attempt: LoginAttempt) => void, hangUp: () => void) {
    this.#machine = machine;
    this.#report = report;
    this.#hangUp = hangUp;
    const { quirks = {}, publicKey } = machine.device;
    const onlyInteractive =
      quirks.keyboardInteractiveOnly === true || quirks.secondFactor === true || quirks.asksAgain === true;
    this.#methods = [
      ...(publicKey === undefined ? [] : (['publickey'] as const)),
      ...(onlyInteractive ? [] : (['password'] as const)),
      'keyboard-interactive',
    ];
  }

  /** Handles one request of the client. */
  decide(context: AuthContext): void {
    if (!this.#methods.includes(context.method)) this.#refuse(context);
    else if (context.method === 'password') this.#decidePassword(context);
    else if (context.method === 'publickey')
      this.#settle(context, this.#keyFits(context), context.signature !== undefined);
    else if (context.method === 'keyboard-interactive') this.#ask(context);
  }

  #ask(context: Extract<AuthContext, { method: 'keyboard-interactive' }>): void {
    const { secondFactor, asksAgain } = this.#machine.device.quirks ?? {};
    const hidden = { echo: false };
    const code = secondFactor === true ? [{ prompt: 'Code: ', ...hidden }] : [];
    context.prompt([{ prompt: 'Password: ', ...hidden }, ...code], (answers) => {
      const fits = code.length === 0 && this.#fits(context, answers[0] ?? '');
      if (fits || asksAgain !== true) this.#settle(context, fits, true);
      else {
        this.#tell(context, false);
        this.#ask(context);
      }
    });
  }

  #decidePassword(context: Extract<AuthContext, { method: 'password' }>): void {
    const fits = this.#fits(context, context.password);
    if (fits && this.#machine.device.quirks?.passwordExpired === true) {
      context.requestChange('Your password has expired.', () => this.#refuse(context));
    } else this.#settle(context, fits, true);
  }

  get #refusesAll(): boolean {
    return this.#machine.device.quirks?.refuseLogin === true || this.#machine.has('authentication_refused');
  }

  #fits(context: AuthContext, password: string): boolean {
    const { user, password: expected } = this.#machine.device;
    return !this.#refusesAll && context.username === user && password === expected;
  }

  #keyFits(context: Extract<AuthContext, { method: 'publickey' }>): boolean {
    const { user, publicKey = '' } = this.#machine.device;
    const allowed = ssh2.utils.parseKey(publicKey);
    if (allowed instanceof Error || Array.isArray(allowed)) return false;
    if (this.#refusesAll || context.username !== user) return false;
    if (!context.key.data.equals(allowed.getPublicSSH())) return false;
    // Without a signature the client only asks whether this key would do.
    if (context.signature === undefined || context.blob === undefined) return true;
    return allowed.verify(context.blob, context.signature, context.hashAlgo);
  }

  #settle(context: AuthContext, accepted: boolean, final: boolean): void {
    if (!accepted) this.#refuse(context);
    else {
      if (final) this.#tell(context, true);
      context.accept();
    }
  }

  #refuse(context: AuthContext): void {
    this.#tell(context, false);
    if (context.method !== 'none') this.#refusals += 1;
    const limit = this.#machine.device.quirks?.hangUpOnRefusal === true ? 1 : REFUSALS;
    if (this.#refusals >= limit) this.#hangUp();
    else context.reject([...this.#methods]);
  }

  #tell(context: AuthContext, accepted: boolean): void {
    this.#report({ hostname: this.#machine.device.hostname, user: context.username, method: context.method, accepted });
  }
}
