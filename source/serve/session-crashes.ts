import { AsyncLocalStorage } from 'node:async_hooks';
import process from 'node:process';

/** A session, for what goes wrong in it. */
export interface Crashable {
  crash(error: unknown): void;
}

/**
 * Tells whose error it is that nobody caught: Node keeps, through timers and promises, in which session something was begun. So a defect
 * ends the session that met it, and no other.
 */
export class SessionCrashes {
  readonly #sessions = new AsyncLocalStorage<Crashable>();
  readonly #stray: (error: unknown) => void;
  readonly #caught = (error: unknown): void => {
    const session = this.#sessions.getStore();
    if (session === undefined) this.#stray(error);
    else session.crash(error);
  };

  /** `stray` is told of errors that no session is known to have caused. */
  constructor(stray: (error: unknown) => void) {
    this.#stray = stray;
    process.on('uncaughtException', this.#caught);
    process.on('unhandledRejection', this.#caught);
  }

  run<T>(session: Crashable, work: () => T): T {
    return this.#sessions.run(session, work);
  }

  stop(): void {
    process.off('uncaughtException', this.#caught);
    process.off('unhandledRejection', this.#caught);
  }
}
