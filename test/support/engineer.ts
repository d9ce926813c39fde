import type { TestTerminal } from './terminal.ts';

/**
 * A NOC engineer at a console, as a script that reads like what one does: `await engineer(terminal).on('routers').filter('site=ams').mark(3).press('u').sees('…').done()`.
 * Each step waits until the screen shows what it leads to; the first that does not come fails with the screen as it is.
 */
export interface Engineer {
  /** Goes to a screen by its word on the command line: `routers`, `upgrades`, `audit`. */
  on(word: string): Engineer;
  /** Writes a filter on the table in sight, and keeps it. */
  filter(text: string): Engineer;
  /** Marks so many rows from the cursor on. */
  mark(rows: number): Engineer;
  /** Presses keys one after the other: characters, or names such as `enter` and `down`. */
  press(...keys: readonly string[]): Engineer;
  /** Writes a text into what asks for it, and takes it with Enter. */
  enter(text: string): Engineer;
  /** Waits until the screen shows this. */
  sees(wanted: string | RegExp): Engineer;
  /** Waits until the screen shows it no more. */
  seesNoMore(text: string): Engineer;
  /** Something that happens elsewhere meanwhile. */
  meanwhile(what: () => Promise<unknown>): Engineer;
  /** Does all of it. */
  done(): Promise<void>;
}

export function engineer(terminal: TestTerminal): Engineer {
  return script(terminal, []);
}

function script(terminal: TestTerminal, steps: readonly (() => Promise<unknown>)[]): Engineer {
  const then = (...more: readonly (() => Promise<unknown>)[]): Engineer => script(terminal, [...steps, ...more]);
  return {
    on: (word) =>
      then(
        () => terminal.press(':'),
        () => terminal.waitFor(/^ ?:/mu),
        () => terminal.type(`${word}\r`),
        () => terminal.waitFor(new RegExp(`▸ [^\\n]*${word === 'routers' ? 'fleet' : word}`, 'u')),
      ),
    filter: (text) =>
      then(
        () => terminal.press('/'),
        () => terminal.type(`${text}\r`),
        () => terminal.waitFor(text),
      ),
    mark(rows) {
      const keys = Array.from({ length: rows }, () => 'space');
      return then(
        () => terminal.press(...keys),
        () => terminal.waitFor(`${rows} marked`),
      );
    },
    press: (...keys) => then(() => terminal.press(...keys)),
    enter: (text) => then(() => terminal.type(`${text}\r`)),
    sees: (wanted) => then(() => terminal.waitFor(wanted)),
    seesNoMore: (text) => then(() => terminal.waitForGone(text)),
    meanwhile: (what) => then(what),
    async done() {
      for (const step of steps) await step();
    },
  };
}
