import type { Application } from './application.ts';
import { reportFailure } from './commands/run-command.ts';
import { watchConnections } from './watch-connections.ts';
import { watchWriting } from './watch-writing.ts';
import type { ConsoleServices } from './services.ts';
import type { ScreenEntry } from './state/route.ts';

/** Keeps the loaders of the organization and of the current screen running, and no others. */
export interface Loading {
  /** Stops all, and starts over for the organization and the stack that the state has now. */
  restart(): void;
  stop(): void;
}

export function startLoading(application: Application, services: ConsoleServices): Loading {
  const { store, navigation } = services;
  const lasting = new AbortController();
  let organization = new AbortController();
  let screen = new AbortController();
  let shown: ScreenEntry | undefined;

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
    for (const loader of application.loaders) run(loader.id, signal, () => loader.start(services, signal));
    follow();
  };

  const unsubscribe = store.subscribe(follow);
  for (const watch of [watchConnections, watchWriting]) {
    run(watch.id, lasting.signal, () => watch.start(services, lasting.signal));
  }
  restart();
  return {
    restart,
    stop() {
      unsubscribe();
      for (const running of [lasting, organization, screen]) running.abort();
    },
  };
}
