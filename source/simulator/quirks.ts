/** How a simulated device misbehaves. */
export interface Quirks {
  /** Takes passwords by keyboard-interactive only. */
  readonly keyboardInteractiveOnly?: boolean;
  /** Asks for a code after the password. */
  readonly secondFactor?: boolean;
  /** Asks for the password again when it was wrong, in the same login. */
  readonly asksAgain?: boolean;
  /** Refuses every login. */
  readonly refuseLogin?: boolean;
  /** Closes the connection at the first refused login. */
  readonly hangUpOnRefusal?: boolean;
  /** Answers a good password by asking for a new one. */
  readonly passwordExpired?: boolean;
  /** Has this host key (a private key in OpenSSH form) in place of the fleet's, as after a swap of the hardware. */
  readonly hostKey?: string;
  /** Has nothing better than SHA-1 and CBC. */
  readonly legacyAlgorithmsOnly?: boolean;
  /** Milliseconds from the login to the first character. */
  readonly promptDelay?: number;
  /** Printed after the login, as it is. */
  readonly messageOfTheDay?: string;
  /** Takes the login, and prints nothing ever. */
  readonly silentAfterLogin?: boolean;
  /** Takes the login, and opens no command line. */
  readonly noShell?: boolean;
  /** Stops after the login and asks this. */
  readonly questionAfterLogin?: string;
  /** Does not show what is typed. */
  readonly noEcho?: boolean;
  /** Pages on, whatever it is told. */
  readonly alwaysPages?: boolean;
  /** Refuses `show version`. */
  readonly refuseCommands?: boolean;
  /** Answers `show version` with this. */
  readonly showVersion?: string;
  /** Puts as many characters before its answer to `show version`. */
  readonly fillerCharacters?: number;
  /** Destroys the socket after as many characters of its answer to `show version`. */
  readonly cutAfterCharacters?: number;
}
