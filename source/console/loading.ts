import type { Application, Loader } from './application.ts';
import { reportFailure } from './commands/run-command.ts';
import { pause } from './pause.ts';
import { watchConnections } from './watch-connections.ts';
import { watchIdle } from './watch-idle.ts';
import { watchWriting } from './watch-writing.ts';
import type { ConsoleServices } from './services.ts';
import type { ScreenEntry } from './state/route.ts';

/** How long the end of the console waits for a database that may be away. */
const FAREWELL_MS = 2000;

/** Keeps the loaders of the organization and of the current screen running, and no others. */
export interface Loading {
  /** Stops all, and starts over for the organization and the stack that the state has now. */
  restart(): void;
  /** Resolves when what has to be written has been, or after two seconds. */
  stop(): Promise<void>;
}

export function startLoading(application: Application, services: ConsoleServices): Loading {
  const { store, navigation } = services;
  const lasting = new AbortController();
  let organization = new AbortController();
  let screen = new AbortController();
  let shown: ScreenEntry | undefined;
  const leaving = new Set<Promise<void>>();

  const run = (what: string, signal: AbortSignal, work: () => void | Promise<void>): void => {
    const failed = (error: unknown): void => {
      if (!signal.aborted) reportFailure(services, what, error);
    };
    try {
      work()?.catch(failed);
    } catch (error) {
      failed(error);
    }
  };

  const awaited = ({ farewell }: Loader, work: void | Promise<void>): void | Promise<void> => {
    if (farewell !== true || work === undefined) return work;
    const settled = work.catch(() => undefined).finally(() => leaving.delete(settled));
    leaving.add(settled);
    return work;
  };

  const follow = (): void => {
    const entry = navigation.current();
    if (entry === shown || entry === undefined) return;
    shown = entry;
    screen.abort();
    screen = new AbortController();
    const { signal } = screen;
    run(entry.title, signal, () => application.screenOf(entry)?.load(services, entry, signal));
  };

  const restart = (): void => {
    organization.abort();
    screen.abort();
    organization = new AbortController();
    const { signal } = organization;
    navigation.reset(application.start(services));
    for (const loader of application.loaders)
      run(loader.id, signal, () => awaited(loader, loader.start(services, signal)));
    follow();
  };

  const unsubscribe = store.subscribe(follow);
  for (const watch of [watchConnections, watchWriting, watchIdle]) {
    run(watch.id, lasting.signal, () => watch.start(services, lasting.signal));
  }
  restart();
  return {
    restart,
    async stop() {
      unsubscribe();
      for (const running of [lasting, organization, screen]) running.abort();
      await Promise.race([Promise.all(leaving), pause(FAREWELL_MS, new AbortController().signal)]);
    },
  };
}
