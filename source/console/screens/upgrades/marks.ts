import type { Upgrade } from '../../../model/upgrade.ts';
import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { moveTo } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';
import { upgradesRoute } from '../routes.ts';
import { currentUpgrade, shownUpgrades } from './selection.ts';
import { upgradesListSlice, upgradesSlice } from './state.ts';

/** Ids of the marked upgrades. They stay marked in every view and under every filter. */
export const upgradesMarksSlice = defineSlice<ReadonlySet<string>>('upgrades.marks', () => new Set());

/** The marked upgrades that are still there. */
export function markedUpgrades({ store }: ConsoleServices): readonly Upgrade[] {
  const marks = store.get(upgradesMarksSlice);
  return marks.size === 0 ? [] : store.get(upgradesSlice).upgrades.filter(({ id }) => marks.has(id));
}

const base = { category: 'Mark', scope: [upgradesRoute.id] } as const;

export const upgradesMarkCommands: readonly Command[] = [
  {
    ...base,
    id: 'upgrades.mark',
    title: 'mark',
    description: 'Mark this upgrade, or take the mark away, and go to the next',
    keys: ['space'],
    hint: 8,
    when: (services) => currentUpgrade(services) !== undefined,
    run(services) {
      const upgrade = currentUpgrade(services);
      if (upgrade === undefined) return;
      services.store.update(upgradesMarksSlice, (marks) => {
        const next = new Set(marks);
        if (!next.delete(upgrade.id)) next.add(upgrade.id);
        return next;
      });
      const { rows, list, height } = shownUpgrades(services);
      services.store.set(upgradesListSlice, moveTo(list, list.cursor + 1, rows.length, height));
    },
  },
  {
    ...base,
    id: 'upgrades.mark-all',
    title: 'mark all',
    description: 'Mark every upgrade of this view that the filter shows',
    keys: ['*', 'ctrl+a'],
    run(services) {
      const ids = shownUpgrades(services).rows.map(({ id }) => id);
      services.store.update(upgradesMarksSlice, (marks) => new Set([...marks, ...ids]));
    },
  },
  {
    ...base,
    id: 'upgrades.unmark-all',
    title: 'unmark all',
    description: 'Take all marks away',
    keys: ['-'],
    when: ({ store }) => store.get(upgradesMarksSlice).size > 0,
    run: ({ store }) => store.set<ReadonlySet<string>>(upgradesMarksSlice, new Set()),
  },
];
