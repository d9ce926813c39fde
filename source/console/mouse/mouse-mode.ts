/** Buttons and wheel, in the form that has no end at column 223. */
const ON = '\u001b[?1000h\u001b[?1006h';
const OFF = '\u001b[?1006l\u001b[?1000l';

/** The terminal's mouse mode. Nothing is written while it stays off. */
export interface MouseMode {
  /** On or off, as it is wanted from now on. */
  readonly want: (on: boolean) => void;
  /** Off, whatever is wanted, while the terminal is somebody else's; on again afterwards. */
  readonly lend: () => void;
  readonly takeBack: () => void;
  /** Off for good. */
  readonly end: () => void;
}

export function createMouseMode(write: (sequence: string) => void): MouseMode {
  let wanted = false;
  let lent = false;
  let ended = false;
  let on = false;
  const settle = (): void => {
    const next = wanted && !lent && !ended;
    if (next === on) return;
    on = next;
    write(on ? ON : OFF);
  };
  // Whatever ends the process: what was written to the terminal stays in force there.
  const atExit = (): void => {
    ended = true;
    settle();
  };
  process.once('exit', atExit);
  return {
    want(value) {
      wanted = value;
      settle();
    },
    lend() {
      lent = true;
      settle();
    },
    takeBack() {
      lent = false;
      // Whoever had the terminal may have changed it.
      on = false;
      settle();
    },
    end() {
      process.off('exit', atExit);
      atExit();
    },
  };
}
