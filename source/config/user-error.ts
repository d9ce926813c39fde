/**
 * A mistake of the person who runs the program, or something only they can mend. The message is one clear sentence (what, where,
 * what to do about it) without secrets; the command line prints it alone, without a stack trace, and exits with `exitCode`.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  /** 1: could not be done. 2: the command line itself is wrong. */
  readonly exitCode: number;

  constructor(message: string, options: ErrorOptions & { readonly exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? 1;
  }
}
