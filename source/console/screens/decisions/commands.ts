import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import { decidingSlice, stopDecidingCommand } from '../../loaders/deciding.ts';
import { fleetOf } from '../../loaders/fleet.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { fleetMarksSlice, fleetTable } from '../fleet/table.ts';
import { decidedRoute, decisionsRoute, fleetRoute } from '../routes.ts';
import { requestReadyCommand } from './request-ready.ts';
import { decideAll, shownDecisions } from './decide.ts';
import { decidedListSlice, decisionsListSlice } from './state.ts';

/** Lines above the rows: what it is about, how it stands, the head. */
const HEAD_LINES = 3;

const base = { category: 'Decide', scope: [decisionsRoute.id] } as const;
const isIdle = ({ store }: ConsoleServices): boolean => store.get(decidingSlice) === null;
const currentLine = (services: ConsoleServices) =>
  shownDecisions(services).lines[services.store.get(decisionsListSlice).cursor];

export const decisionsCommands: readonly Command[] = [
  {
    id: 'fleet.decide',
    title: 'decide',
    description:
      'How many of the marked routers, or of all that the filter shows, may be upgraded, and why not the others',
    keys: ['d'],
    category: 'Upgrade',
    scope: [fleetRoute.id],
    hint: 6,
    disabledReason: (services) => (chosenIds(services).next().done === true ? 'There is no router here.' : null),
    run(services) {
      const { store, navigation } = services;
      const text = store.get(fleetTable.view).filter.trim();
      const of = isMarked(services) ? 'marked' : text === '' ? 'all' : text;
      navigation.push(decisionsRoute.to({ routerIds: [...chosenIds(services)], of }));
    },
  },
  ...listCommands({
    prefix: 'decisions',
    scope: base.scope,
    read: (services) => ({
      list: services.store.get(decisionsListSlice),
      count: shownDecisions(services).lines.length,
      height: Math.max(1, services.body().rows - HEAD_LINES),
    }),
    write: ({ store }, list) => store.set(decisionsListSlice, list),
  }),
  stopDecidingCommand('decisions', decisionsRoute.id),
  {
    ...base,
    id: 'decisions.open',
    title: 'routers',
    description: 'The routers that the line is about',
    keys: ['enter'],
    hint: 2,
    when: (services) => (currentLine(services)?.routerIds.size ?? 0) > 0,
    run(services) {
      const line = currentLine(services);
      if (line === undefined) return;
      services.store.set(decidedListSlice, LIST_START);
      services.navigation.push(decidedRoute.to({ line: line.title, routerIds: line.routerIds }));
    },
  },
  requestReadyCommand('decisions', decisionsRoute.id, (services) => shownDecisions(services).decisions ?? []),
  {
    ...base,
    id: 'decisions.again',
    title: 'judge again',
    description: 'Compare the gates with the newest figures; nothing is kept',
    keys: ['r'],
    hint: 4,
    when: isIdle,
    run: (services) => decideAll(services, false),
  },
  {
    ...base,
    id: 'decisions.decide',
    title: 'decide and keep',
    description:
      'Decide for the record, with the language model where one is configured: it is asked about those that the gates approve',
    keys: ['d'],
    hint: 5,
    when: isIdle,
    run: (services) => decideAll(services, true),
  },
];

function isMarked({ store }: ConsoleServices): boolean {
  return store.get(fleetMarksSlice).size > 0;
}

/** Ids of the marked routers that still exist; without marks, of all that the filter shows. */
function* chosenIds(services: ConsoleServices): Generator<string> {
  const { rows } = fleetOf(services);
  if (isMarked(services)) {
    for (const id of services.store.get(fleetMarksSlice)) if (rows.get(id) !== undefined) yield id;
  } else for (const { router } of rows.shown()) yield router.id;
}
