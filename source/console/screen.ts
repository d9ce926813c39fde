import { createElement, type ComponentType, type ReactNode } from 'react';
import type { Command } from './commands/command.ts';
import type { KeyTarget } from './keys/key-press.ts';
import type { ConsoleServices } from './services.ts';
import type { Route, ScreenEntry } from './state/route.ts';

/** A screen: what it shows, what its keys do, and what keeps its part of the state filled. */
export interface ScreenDefinition<P extends object> {
  readonly route: Route<P>;
  /** Draws from the state only; never waits. Sized by `useBody()`. */
  readonly component: ComponentType<{ readonly params: P }>;
  readonly commands: readonly Command[];
  /** What gets the keys before the commands: the open filter, the field of a form. Asked at every press, so it answers from the state. */
  focus?(services: ConsoleServices, params: P): KeyTarget | null;
  /** The left end of the footer: `1 of 212 · 1 marked`. Clean text, quick to make. */
  status?(services: ConsoleServices, params: P): string;
  /** Fills the state while the screen is the current one; stops when the signal aborts. What it throws is shown and logged. */
  load?(services: ConsoleServices, params: P, signal: AbortSignal): void | Promise<void>;
}

/** A screen whose parameters are its own business. Each function gives its empty answer for an entry of another route. */
export interface Screen {
  readonly routeId: string;
  readonly commands: readonly Command[];
  view(entry: ScreenEntry): ReactNode;
  focus(services: ConsoleServices, entry: ScreenEntry): KeyTarget | null;
  status(services: ConsoleServices, entry: ScreenEntry): string;
  load(services: ConsoleServices, entry: ScreenEntry, signal: AbortSignal): void | Promise<void>;
}

export function defineScreen<P extends object>(definition: ScreenDefinition<P>): Screen {
  const { route, component, commands } = definition;
  const withParams = <R>(entry: ScreenEntry, empty: R, use: (params: P) => R): R => {
    const params = route.params(entry);
    return params === null ? empty : use(params);
  };
  return {
    routeId: route.id,
    commands,
    view: (entry) => withParams<ReactNode>(entry, null, (params) => createElement(component, { params })),
    focus: (services, entry) =>
      withParams<KeyTarget | null>(entry, null, (params) => definition.focus?.(services, params) ?? null),
    status: (services, entry) => withParams(entry, '', (params) => definition.status?.(services, params) ?? ''),
    load: (services, entry, signal) =>
      withParams<void | Promise<void>>(entry, undefined, (params) => definition.load?.(services, params, signal)),
  };
}
