import { stripVTControlCharacters } from 'node:util';
import { render, renderToString, type Instance, type SuspendTerminal } from 'ink';
import { UserError } from '../config/user-error.ts';
import { applyPreferences } from './apply-preferences.ts';
import { App, Picture } from './app.tsx';
import { createApplication, type ApplicationParts } from './application.ts';
import { copySequence, tooLongToCopy } from './clipboard.ts';
import type { ConsoleContext } from './context.ts';
import { createServices } from './create-services.ts';
import { createDispatcher } from './keys/dispatcher.ts';
import { mouseActions } from './mouse/mouse-actions.ts';
import { createMouseMode } from './mouse/mouse-mode.ts';
import { mouseSlice } from './mouse/mouse-slice.ts';
import { tapMouse } from './mouse/tap-mouse.ts';
import { startLoading, type Loading } from './loading.ts';
import { paceLine } from './pace/pace-line.ts';
import { readsAloud } from './speech/reads-aloud.ts';
import { createStore } from './state/store.ts';
import { terminalSlice } from './state/terminal.ts';
import { keepHeapSmall } from './small-heap.ts';
import { suspendProcess } from './suspend-process.ts';
import { colorLevel, type ColorLevel } from './theme/color-level.ts';
import { tourSlice, wantsTour } from './tour/tour-slice.ts';
import { untilWritable } from './until-writable.ts';
import { watchStreams, watchTerminal, type EndingSignal } from './watch-terminal.ts';

/** A terminal's two ends: the process's own, or those of a session that is served. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean; readonly fd?: number };
  readonly stdout: NodeJS.WritableStream & {
    readonly isTTY?: boolean;
    readonly columns: number;
    readonly rows: number;
  };
}

export interface RunOptions {
  readonly parts: ApplicationParts;
  /** Default: the process's own. */
  readonly terminal?: Terminal;
  /** What the terminal's variables are. Default: the process's own. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Default: by the environment. */
  readonly colors?: ColorLevel;
  /** True: other consoles run in this process, so its signals, its uncaught errors and its memory are somebody else's. */
  readonly shared?: boolean;
  /** Ends it from outside: by a sentence for the operator, or by an Error that is a defect. */
  readonly ending?: AbortSignal;
  /** Writes the report of a crash, and returns its path; null if it could not. */
  writeCrashReport(error: Error): string | null;
}

/** How the console ended. */
export type ConsoleExit =
  | { readonly reason: 'quit' }
  /** Ended from outside; the sentence says why. */
  | { readonly reason: 'ended'; readonly sentence: string }
  | { readonly reason: 'signal'; readonly signal: EndingSignal }
  | { readonly reason: 'lost-terminal' }
  | { readonly reason: 'crash'; readonly error: Error; readonly reportPath: string | null };

/**
 * Shows the console until the operator leaves, a signal ends it, its terminal goes away or it crashes; the terminal is restored in
 * every case. NODE_ENV must be `production` before this module is imported: Ink's other mode is slow and leaks.
 * @throws UserError if there is no terminal.
 */
export async function runConsole(context: ConsoleContext, options: RunOptions): Promise<ConsoleExit> {
  const { stdin, stdout } = options.terminal ?? process;
  if (stdin.isTTY !== true || stdout.isTTY !== true) {
    throw new UserError('The console needs a terminal: run it with neither input nor output redirected.');
  }
  const environment = options.environment ?? process.env;
  if (options.shared !== true) keepHeapSmall();
  const pace = paceLine({ stdin, stdout });
  const store = createStore((flush) => pace.whenClear(() => untilWritable(stdout, flush)));
  const measure = (): void => store.set(terminalSlice, { columns: stdout.columns, rows: stdout.rows });
  measure();

  let lent = false;
  let exit: ConsoleExit | null = null;
  let ink: Instance | null = null;
  let loading: Loading | null = null;
  let leaving: Promise<void> | undefined;
  let lend: SuspendTerminal | null = null;

  const mouseMode = createMouseMode((sequence) => stdout.write(sequence));
  const end = (reason: ConsoleExit): void => {
    exit ??= reason;
    mouseMode.end();
    leaving ??= loading?.stop();
    const isInNoHurry = reason.reason === 'quit' || reason.reason === 'ended';
    const answered = pace.pause();
    // What the terminal answers later would come to the shell, as if it were typed.
    if (isInNoHurry) void answered.then(() => ink?.unmount());
    else ink?.unmount();
  };
  const crash = (error: unknown): void => {
    const known = error instanceof Error ? error : new Error(String(error));
    if (exit === null) end({ reason: 'crash', error: known, reportPath: options.writeCrashReport(known) });
  };
  const redraw = (): void => {
    if (lent) return;
    ink?.clear();
    stdout.write('\u001b[H\u001b[2J');
    ink?.rerender(app);
  };
  const lendTerminal = (to: () => Promise<void>): void => {
    const lender = lend;
    if (lent || lender === null) return;
    lent = true;
    mouseMode.lend();
    pace
      .pause()
      .then(() => lender(to))
      .catch(crash)
      .finally(() => {
        lent = false;
        if (exit === null) pace.resume();
        mouseMode.takeBack();
        // The terminal may have another size by now, and its cursor is anywhere.
        resized();
      });
  };

  const services = createServices(context, store, options.colors ?? colorLevel(environment), {
    quit: () => end({ reason: 'quit' }),
    end: (sentence) => end({ reason: 'ended', sentence }),
    redraw,
    suspend: () => lendTerminal(suspendProcess),
    restart: () => loading?.restart(),
    copy(text) {
      const sequence = copySequence(text, environment);
      if (sequence === null) services.notify('warn', tooLongToCopy(text));
      else {
        stdout.write(sequence);
        services.notify('good', 'Copied, if your terminal takes OSC 52.');
      }
    },
    screenText() {
      const { columns } = store.get(terminalSlice);
      const lines = renderToString(<Picture application={application} services={services} />, { columns });
      return `${stripVTControlCharacters(lines).replace(/ +$/gmu, '')}\n`;
    },
  });
  const application = createApplication(options.parts);
  applyPreferences(application, services);
  if (wantsTour(context)) store.set<number | null>(tourSlice, 0);
  const unwatchPreferences = context.preferences.watch?.((fault) => {
    if (fault === null) applyPreferences(application, services);
    else services.notify('warn', fault);
  });
  const dispatcher = createDispatcher(application, services);
  const act = mouseActions(application, services, dispatcher);
  const untap = tapMouse(stdin, () => store.get(mouseSlice), act);
  const app = (
    <App
      application={application}
      services={services}
      dispatcher={dispatcher}
      onCrash={crash}
      onReady={(suspendTerminal) => {
        lend = suspendTerminal;
      }}
    />
  );
  const resized = (): void => {
    measure();
    store.flush();
    redraw();
  };
  const endedFromOutside = (): void => {
    const reason: unknown = options.ending?.reason;
    if (typeof reason === 'string') end({ reason: 'ended', sentence: reason });
    else crash(reason);
  };
  const watch = options.shared === true ? watchStreams : watchTerminal;
  const unwatch = watch(stdin, stdout, {
    onSignal: (signal) => end({ reason: 'signal', signal }),
    onLost: () => end({ reason: 'lost-terminal' }),
    // The shell left the terminal in its own modes; lending it to nobody sets ours again.
    onContinued: () => lendTerminal(() => Promise.resolve()),
    onUncaught: crash,
  });

  loading = startLoading(application, services);
  ink = render(app, {
    stdin,
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    exitOnCtrlC: false,
    patchConsole: false,
    // Whoever starts a console in a terminal wants it shown, also where CI is set.
    interactive: true,
    maxFps: 60,
    ...(readsAloud(context) ? { isScreenReaderEnabled: true } : {}),
    kittyKeyboard: { mode: 'auto' },
  });
  mouseMode.want(store.get(mouseSlice));
  const unwatchMouse = store.subscribe(() => mouseMode.want(store.get(mouseSlice)));
  if (options.ending?.aborted === true) endedFromOutside();
  options.ending?.addEventListener('abort', endedFromOutside, { once: true });
  // Before Ink's own listener, so that it finds a frame of the new size.
  stdout.prependListener('resize', resized);
  await ink.waitUntilExit().catch(crash);
  stdout.off('resize', resized);
  unwatchMouse();
  untap();
  pace.end();
  mouseMode.end();
  options.ending?.removeEventListener('abort', endedFromOutside);
  // A hang-up may come twice, and the second must not end what is still being written.
  await leaving;
  unwatch();
  unwatchPreferences?.();
  return exit ?? { reason: 'quit' };
}
