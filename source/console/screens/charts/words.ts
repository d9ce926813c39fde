import { completeFrom, type Word } from '../../command-line/word.ts';
import { GLYPH_SETS } from '../../components/plot/glyph-sets.ts';
import { fleetOf } from '../../loaders/fleet.ts';
import type { FilterFault } from '../../../model/filter/terms.ts';
import type { ConsoleServices } from '../../services.ts';
import { setGlyphSet } from '../../state/glyphs.ts';
import { chosenRows } from '../fleet/state.ts';
import { currentRecord } from '../router/state.ts';
import { chartsRoute, compareRoute, fleetRoute, routerRoute, upgradeRoute } from '../routes.ts';
import { comparedUpgradeSlice } from '../compare/state.ts';
import { shownUpgrade } from '../upgrade/state.ts';
import type { Upgrade } from '../../../model/upgrade.ts';
import { chartedOf, tooMany } from './choose.ts';
import { FIGURE_NAMES, type FigureName, WINDOW_NAMES, type WindowName } from './figures.ts';
import { type ChartedRouter, chartedRouters, cursorSlice, figureSlice, windowSlice } from './state.ts';

/** What a line asks for: `ams-edge-01 cpu 24h`. */
interface Asked {
  figure: FigureName | null;
  window: WindowName | null;
  readonly routers: ChartedRouter[];
}

export const chartWords: readonly Word[] = [
  {
    name: 'chart',
    aliases: ['charts'],
    operands: '[HOST ...] [FIGURE] [WINDOW]',
    purpose: `charts: ${FIGURE_NAMES.join(', ')}; ${WINDOW_NAMES.join(', ')}`,
    complete(services, before) {
      const from = before.lastIndexOf(' ') + 1;
      const found = completeFrom(before.slice(from), candidates(services, before.slice(from)));
      return { ...found, from: from + found.from };
    },
    run: showCharts,
  },
  {
    name: 'glyphs',
    operands: 'SET',
    purpose: `charts drawn with ${GLYPH_SETS.join(', ')}`,
    complete: (_services, before) => completeFrom(before, GLYPH_SETS),
    run(services, text) {
      const set = GLYPH_SETS.find((each) => each === text);
      if (set === undefined) return { at: 0, text: `the glyphs are ${GLYPH_SETS.join(', ')}` };
      setGlyphSet(services, set);
      return null;
    },
  },
];

function showCharts(services: ConsoleServices, operands: string): FilterFault | null {
  const asked = readOperands(services, operands);
  if ('text' in asked) return asked;
  const { store, navigation } = services;
  const routers = asked.routers.length > 0 ? asked.routers : routersHere(services);
  if (routers.length === 0) return { at: 0, text: 'a host name must follow, or a router be chosen in the fleet' };
  const fault = tooMany(routers.length);
  if (fault !== null) return { at: 0, text: fault };
  if (asked.figure !== null) store.set(figureSlice, asked.figure);
  if (asked.window !== null) store.set(windowSlice, asked.window);
  store.set<number | null>(cursorSlice, null);
  const here = navigation.current();
  if (here?.routeId === chartsRoute.id) {
    if (asked.routers.length > 0) navigation.replace(chartsRoute.to({ routers }));
  } else navigation.push(chartsRoute.to({ routers }));
  return null;
}

function readOperands(services: ConsoleServices, operands: string): Asked | FilterFault {
  const asked: Asked = { figure: null, window: null, routers: [] };
  for (const { 0: word, index: at } of operands.matchAll(/[^\s,]+/gu)) {
    const figure = FIGURE_NAMES.find((name) => name === word.toLowerCase());
    const window = WINDOW_NAMES.find((name) => name === word.toLowerCase());
    if (figure !== undefined) asked.figure = figure;
    else if (window !== undefined) asked.window = window;
    else {
      const router = routerCalled(services, word);
      if (router === null) return { at, text: `${word} is no router, figure or window; Tab lists them` };
      asked.routers.push(router);
    }
  }
  return asked;
}

function routerCalled(services: ConsoleServices, host: string): ChartedRouter | null {
  const wanted = host.toLowerCase();
  for (const row of fleetOf(services).rows.each()) {
    if (row.router.hostname.toLowerCase() === wanted) return chartedOf([row])[0] ?? null;
  }
  return null;
}

/** The routers that the screen is about. */
function routersHere(services: ConsoleServices): readonly ChartedRouter[] {
  switch (services.navigation.current()?.routeId ?? '') {
    case chartsRoute.id:
      return chartedRouters(services);
    case fleetRoute.id:
      return chartedOf(chosenRows(services));
    case routerRoute.id: {
      const { router } = currentRecord(services);
      return router === null ? [] : [{ routerId: router.id, hostname: router.hostname }];
    }
    case upgradeRoute.id:
      return routerOf(shownUpgrade(services));
    case compareRoute.id:
      return routerOf(services.store.get(comparedUpgradeSlice).upgrade);
    default:
      return [];
  }
}

function routerOf(upgrade: Upgrade | null | undefined): readonly ChartedRouter[] {
  return upgrade === null || upgrade === undefined ? [] : [{ routerId: upgrade.routerId, hostname: upgrade.hostname }];
}

function* candidates(services: ConsoleServices, before: string): Generator<string> {
  yield* FIGURE_NAMES;
  yield* WINDOW_NAMES;
  if (before === '') return;
  for (const { router } of fleetOf(services).rows.each()) yield router.hostname;
}
