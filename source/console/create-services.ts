import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readPreference, type ConsoleContext } from './context.ts';
import type { ConsoleServices } from './services.ts';
import { createDialogs } from './state/dialogs.ts';
import { lastPressSlice } from './state/last-press.ts';
import { createNavigation } from './state/navigation.ts';
import { showNotice } from './state/notices.ts';
import { organizationSlice, zoneSlice } from './state/session.ts';
import type { Store } from './state/store.ts';
import { bodySize, terminalSlice } from './state/terminal.ts';
import type { ColorLevel } from './theme/color-level.ts';
import { createTheme } from './theme/theme.ts';
import { themeSlice } from './theme/theme-slice.ts';

/** What only the running console can do. */
export interface Host {
  quit(): void;
  end(sentence: string): void;
  redraw(): void;
  suspend(): void;
  copy(text: string): void;
  screenText(): string;
  /** Starts over in the organization that the state names now. */
  restart(): void;
}

/** @throws Error if the operator is no member of the organization to open in. */
export function createServices(context: ConsoleContext, store: Store, colors: ColorLevel, host: Host): ConsoleServices {
  store.set(organizationSlice, context.initialOrganizationId);
  store.set(zoneSlice, readPreference(context.preferences, 'zone', z.enum(['utc', 'site']), 'site'));
  let theme = createTheme(colors);
  const services: ConsoleServices = {
    context,
    store,
    get theme() {
      return theme;
    },
    setTheme(name) {
      if (name === store.get(themeSlice)) return;
      theme = createTheme(colors, name);
      store.set(themeSlice, name);
    },
    navigation: createNavigation(store),
    dialogs: createDialogs(store),
    membership() {
      const current = store.get(organizationSlice);
      const found = context.memberships.find(({ organizationId }) => organizationId === current);
      if (found === undefined) throw new Error(`${context.operator.name} is no member of the organization ${current}`);
      return found;
    },
    scope: () => context.database.organization(store.get(organizationSlice)),
    actor() {
      const { role, organizationId } = services.membership();
      const correlationId = randomUUID();
      const operator = context.operator.name;
      const press = store.get(lastPressSlice);
      context.log.info('console: act', { correlationId, organizationId, operator, press });
      return { operator: context.operator, role, source: 'console', correlationId };
    },
    body: () => bodySize(store.get(terminalSlice)),
    notify: (tone, text) => showNotice(store, tone, text),
    switchOrganization(organizationId) {
      if (!context.memberships.some((membership) => membership.organizationId === organizationId)) {
        throw new Error(`${context.operator.name} is no member of the organization ${organizationId}`);
      }
      store.forgetOrganization();
      store.set(organizationSlice, organizationId);
      host.restart();
    },
    quit: () => host.quit(),
    copy: (text) => host.copy(text),
    screenText: () => host.screenText(),
    redraw: () => host.redraw(),
    endSession: (sentence) => host.end(sentence),
    suspend() {
      // The key says why not; this is for whoever forgets to ask it.
      if (context.restricted !== true) host.suspend();
    },
  };
  services.membership();
  return services;
}
