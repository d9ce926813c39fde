import { fleetOf } from '../../loaders/fleet.ts';
import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { moveTo } from '../../state/list.ts';
import { fleetRoute } from '../routes.ts';
import { currentList, currentRow, fleetRangeSlice, listHeight, setList } from './state.ts';
import { fleetMarksSlice } from './table.ts';

const base = { category: 'Mark', scope: [fleetRoute.id] } as const;

export const markCommands: readonly Command[] = [
  {
    ...base,
    id: 'fleet.mark',
    title: 'mark',
    description: 'Mark this router, or take the mark away, and go to the next',
    keys: ['space'],
    hint: 3,
    run: toggle,
  },
  {
    ...base,
    id: 'fleet.mark-range',
    title: 'range',
    description: 'Begin a range here; again: mark all from there to here',
    keys: ['v'],
    run: range,
  },
  {
    ...base,
    id: 'fleet.mark-all',
    title: 'mark all',
    description: 'Mark every router that the filter shows',
    keys: ['*', 'ctrl+a'],
    run(services) {
      const shown = [...fleetOf(services).rows.shown()].map(({ router }) => router.id);
      services.store.update(fleetMarksSlice, (marks) => new Set([...marks, ...shown]));
    },
  },
  {
    ...base,
    id: 'fleet.unmark-shown',
    title: 'unmark shown',
    description: 'Take the marks of every router that the filter shows away',
    keys: ['_'],
    when: ({ store }) => store.get(fleetMarksSlice).size > 0,
    run: (services) => remark(services, () => false),
  },
  {
    ...base,
    id: 'fleet.mark-invert',
    title: 'invert marks',
    description: 'Mark every router that the filter shows and that is not marked, and the other way round',
    keys: ['i'],
    run: (services) => remark(services, (marked) => !marked),
  },
  {
    ...base,
    id: 'fleet.unmark-all',
    title: 'unmark all',
    description: 'Take all marks away',
    keys: ['-'],
    when: ({ store }) => store.get(fleetMarksSlice).size > 0 || store.get(fleetRangeSlice) !== null,
    run: ({ store }) => {
      store.set<ReadonlySet<string>>(fleetMarksSlice, new Set());
      store.set<string | null>(fleetRangeSlice, null);
    },
  },
];

/** Marks or not, for every router that the filter shows; the others stay as they are. */
function remark(services: ConsoleServices, mark: (marked: boolean) => boolean): void {
  services.store.update(fleetMarksSlice, (marks) => {
    const next = new Set(marks);
    for (const { router } of fleetOf(services).rows.shown()) {
      if (mark(marks.has(router.id))) next.add(router.id);
      else next.delete(router.id);
    }
    return next;
  });
}

function toggle(services: ConsoleServices): void {
  const row = currentRow(services);
  if (row === undefined) return;
  const { id } = row.router;
  services.store.update(fleetMarksSlice, (marks) => {
    const next = new Set(marks);
    if (!next.delete(id)) next.add(id);
    return next;
  });
  const list = currentList(services);
  setList(services, moveTo(list, list.cursor + 1, fleetOf(services).rows.count, listHeight(services)));
}

function range(services: ConsoleServices): void {
  const { store } = services;
  const { rows } = fleetOf(services);
  const row = currentRow(services);
  if (row === undefined) return;
  const start = store.get(fleetRangeSlice);
  const from = start === null ? -1 : rows.positionOf(start);
  if (from < 0) {
    store.set<string | null>(fleetRangeSlice, row.router.id);
    services.notify('info', `Range begins at ${row.router.hostname}: go to its other end and press v again.`);
    return;
  }
  const { cursor } = currentList(services);
  const [first, last] = [Math.min(from, cursor), Math.max(from, cursor)];
  const ids = Array.from({ length: last - first + 1 }, (_, index) => rows.at(first + index)?.router.id ?? []).flat();
  store.update(fleetMarksSlice, (marks) => new Set([...marks, ...ids]));
  store.set<string | null>(fleetRangeSlice, null);
}
