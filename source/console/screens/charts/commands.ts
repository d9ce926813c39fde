import type { Command } from '../../commands/command.ts';
import { GLYPH_SETS } from '../../components/plot/glyph-sets.ts';
import type { ConsoleServices } from '../../services.ts';
import { glyphSet, setGlyphSet } from '../../state/glyphs.ts';
import { chartsRoute, routerRoute, upgradeRoute } from '../routes.ts';
import { FIGURE_NAMES, turned, WINDOW_NAMES } from './figures.ts';
import { chooseInterface } from './interfaces.ts';
import { pictureOf } from './picture.ts';
import { chartedRouters, cursorSlice, directionSlice, figureSlice, stepCount, windowSlice } from './state.ts';

const scope = [chartsRoute.id];
const PAGE = 10;

const read = (verb: string, description: string, keys: readonly string[], to: (at: number, last: number) => number) =>
  ({
    id: `charts.${verb}`,
    title: verb,
    description,
    keys,
    category: 'Read',
    scope,
    run(services) {
      const last = Math.max(0, stepCount(services) - 1);
      // A cursor that is not there yet comes at the newest step.
      services.store.update(cursorSlice, (before) =>
        before === null && to(1, last) !== last ? 0 : Math.max(0, Math.min(last, to(before ?? 0, last))),
      );
    },
  }) satisfies Command;

const turn = (verb: string, description: string, keys: readonly string[], run: Command['run']): Command => ({
  id: `charts.${verb}`,
  title: verb,
  description,
  keys,
  category: 'View',
  scope,
  run,
});

export const chartsCommands: readonly Command[] = [
  { ...read('read', 'Read the values of the step before', ['left', 'h'], (at) => at + 1), hint: 3 },
  read('later', 'Read the values of the step after', ['right', 'l'], (at) => at - 1),
  read('earlier', 'Ten steps back', ['pgup', 'ctrl+b'], (at) => at + PAGE),
  read('much-later', 'Ten steps on', ['pgdn', 'ctrl+f'], (at) => at - PAGE),
  read('oldest', 'The oldest step', ['g', 'home'], (_, last) => last),
  read('newest', 'The newest step', ['G', 'end'], () => 0),
  {
    ...turn('stop-reading', 'Read no step any more', ['esc'], ({ store }) =>
      store.set<number | null>(cursorSlice, null),
    ),
    when: ({ store }) => store.get(cursorSlice) !== null,
  },
  {
    ...turn('figure', 'CPU, memory, traffic or errors', ['tab', 'f'], (services) => turnFigure(services, 1)),
    hint: 1,
  },
  turn('figure-before', 'The figure before', ['shift+tab', 'F'], (services) => turnFigure(services, -1)),
  {
    ...turn('window', '15 min, 2 h, 24 h, 7 d, 30 d or a year', ['w', '+'], (services) => turnWindow(services, 1)),
    hint: 2,
  },
  turn('shorter', 'The shorter window', ['W', '-'], (services) => turnWindow(services, -1)),
  {
    ...turn('interface', 'Choose the interface whose traffic is shown', ['i'], chooseInterface),
    hint: 4,
    when: ({ store }) => store.get(figureSlice) === 'traffic',
  },
  {
    ...turn('direction', 'Traffic of several routers in, or out', ['d'], ({ store }) =>
      store.update(directionSlice, (direction) => (direction === 'in' ? 'out' : 'in')),
    ),
    when: (services) => services.store.get(figureSlice) === 'traffic' && chartedRouters(services).length > 1,
  },
  turn('glyphs', 'Draw with lines, braille, blocks or ASCII', ['b'], (services) => {
    const set = turned(GLYPH_SETS, glyphSet(services), 1);
    setGlyphSet(services, set);
    services.notify(
      'info',
      `Charts are drawn with ${set === 'ascii' ? 'ASCII' : `${set}s`.replace('brailles', 'braille')}.`,
    );
  }),
  {
    id: 'charts.open',
    title: 'router',
    description: 'Open the router, where there is one only',
    keys: ['enter'],
    category: 'Router',
    scope,
    when: (services) => chartedRouters(services).length === 1,
    run(services) {
      const [router] = chartedRouters(services);
      if (router !== undefined) services.navigation.push(routerRoute.to(router));
    },
  },
  {
    id: 'charts.upgrade',
    title: 'upgrade',
    description: 'Open the newest upgrade that the chart marks',
    keys: ['o'],
    category: 'Upgrade',
    scope,
    disabledReason: (services) =>
      pictureOf(services, chartedRouters(services)).marks.length === 0 ? 'There was no upgrade in this time.' : null,
    run(services) {
      const newest = pictureOf(services, chartedRouters(services)).marks.at(-1);
      if (newest !== undefined) services.navigation.push(upgradeRoute.to({ upgradeId: newest.upgrade.id }));
    },
  },
];

function turnFigure({ store }: ConsoleServices, by: number): void {
  store.update(figureSlice, (figure) => turned(FIGURE_NAMES, figure, by));
}

/** Another window has other steps: none of them is read yet. */
function turnWindow({ store }: ConsoleServices, by: number): void {
  store.update(windowSlice, (window) => turned(WINDOW_NAMES, window, by));
  store.set<number | null>(cursorSlice, null);
}
