import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { moveTo } from '../../state/list.ts';
import { approvalsRoute } from '../routes.ts';
import { currentRow, inboxListSlice, inboxMarksSlice, shownInbox } from './state.ts';

const base = { category: 'Mark', scope: [approvalsRoute.id] } as const;

export const inboxMarkCommands: readonly Command[] = [
  {
    ...base,
    id: 'approvals.mark',
    title: 'mark',
    description: 'Mark this upgrade, or take the mark away, and go to the next',
    keys: ['space'],
    hint: 4,
    when: (services) => currentRow(services) !== undefined,
    run: toggle,
  },
  {
    ...base,
    id: 'approvals.mark-all',
    title: 'mark all',
    description: 'Mark every upgrade of this view',
    keys: ['*', 'ctrl+a'],
    run(services) {
      const ids = shownInbox(services).rows.flatMap((row) => (row.kind === 'upgrade' ? [row.upgrade.id] : []));
      services.store.update(inboxMarksSlice, (marks) => new Set([...marks, ...ids]));
    },
  },
  {
    ...base,
    id: 'approvals.unmark-all',
    title: 'unmark all',
    description: 'Take all marks away',
    keys: ['-'],
    when: ({ store }) => store.get(inboxMarksSlice).size > 0,
    run: ({ store }) => store.set<ReadonlySet<string>>(inboxMarksSlice, new Set()),
  },
];

function toggle(services: ConsoleServices): void {
  const row = currentRow(services);
  const { rows, list, height } = shownInbox(services);
  if (row?.kind === 'upgrade') {
    const { id } = row.upgrade;
    services.store.update(inboxMarksSlice, (marks) => {
      const next = new Set(marks);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }
  services.store.set(inboxListSlice, moveTo(list, list.cursor + 1, rows.length, height));
}
