import { canReject } from '../../../model/permissions.ts';
import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { askToGoOn, askToStop, askWave } from '../plan/dialogs.ts';
import { approvalsRoute, planRoute, upgradeRoute } from '../routes.ts';
import { askApproval, askRejection } from '../upgrade/decision-dialogs.ts';
import { askToApproveMany, askToRejectMany } from './dialogs.ts';
import { inboxMarkCommands } from './marks.ts';
import { INBOX_VIEWS } from './rows.ts';
import { currentRow, decidingSlice, inboxListSlice, inboxViewSlice, markedUpgrades, shownInbox } from './state.ts';

const scope = [approvalsRoute.id];
const hasRow = (services: ConsoleServices): boolean => currentRow(services) !== undefined;
const decides = ({ store }: ConsoleServices): boolean => store.get(decidingSlice) !== null;
const BUSY = 'Decisions are being taken: wait, or stop them with x.';

export const approvalsCommands: readonly Command[] = [
  {
    id: 'console.approvals',
    title: 'approvals',
    description: 'What waits for approval, and what you may approve of it',
    keys: ['A'],
    category: 'Console',
    scope: 'global',
    hint: 79,
    when: ({ navigation }) => navigation.current()?.routeId !== approvalsRoute.id,
    run: ({ navigation }) => navigation.push(approvalsRoute.to({})),
  },
  ...listCommands({
    prefix: 'approvals',
    scope,
    read(services) {
      const { rows, list, height } = shownInbox(services);
      return { list, count: rows.length, height };
    },
    write: ({ store }, list) => store.set(inboxListSlice, list),
  }),
  {
    id: 'approvals.open',
    title: 'open',
    description: 'The upgrade whole, or the waves of the plan',
    keys: ['enter'],
    category: 'Upgrade',
    scope,
    hint: 1,
    when: hasRow,
    run: open,
  },
  {
    id: 'approvals.approve',
    title: 'approve',
    description: 'Approve the marked ones, or this one',
    keys: ['a'],
    category: 'Upgrade',
    scope,
    hint: 2,
    dangerous: true,
    when: hasRow,
    disabledReason(services) {
      if (decides(services)) return BUSY;
      const marked = markedUpgrades(services);
      const row = marked.length > 0 ? marked.find(({ whyNot }) => whyNot !== null) : currentRow(services);
      if (row === undefined || row.whyNot === null) return null;
      return `${row.kind === 'plan' ? 'The plan' : `Upgrade ${row.upgrade.id}`} cannot be approved: ${row.whyNot}.`;
    },
    run: approve,
  },
  {
    id: 'approvals.reject',
    title: 'reject',
    description: 'Reject the marked ones, or this one, with a reason; a plan is stopped',
    keys: ['r'],
    category: 'Upgrade',
    scope,
    hint: 3,
    dangerous: true,
    when: hasRow,
    disabledReason(services) {
      if (decides(services)) return BUSY;
      const { context, membership } = services;
      const permission = canReject({ operator: context.operator, role: membership().role }, { status: 'pending' });
      return permission.allowed ? null : `This cannot be rejected: ${permission.reason}.`;
    },
    run: reject,
  },
  {
    id: 'approvals.stop',
    title: 'stop',
    description: 'Take no further decision of those under way',
    keys: ['x'],
    category: 'Upgrade',
    scope,
    hint: 0,
    when: decides,
    run: ({ store }) => store.get(decidingSlice)?.stop(),
  },
  ...inboxMarkCommands,
  {
    id: 'approvals.view',
    title: 'view',
    description: 'What you may approve, or what only others may',
    keys: ['tab', 'shift+tab'],
    category: 'Show',
    scope,
    hint: 6,
    run({ store }) {
      store.update(inboxViewSlice, (view) => INBOX_VIEWS[1 - INBOX_VIEWS.indexOf(view)] ?? 'mine');
      store.set(inboxListSlice, LIST_START);
    },
  },
];

function open(services: ConsoleServices): void {
  const row = currentRow(services);
  if (row === undefined) return;
  if (row.kind === 'upgrade') services.navigation.push(upgradeRoute.to({ upgradeId: row.upgrade.id }));
  else {
    const { plan, upgradeId } = row.pending;
    services.navigation.push(planRoute.to({ upgradeId, batchId: plan.id }));
  }
}

function approve(services: ConsoleServices): void {
  const marked = markedUpgrades(services).map(({ upgrade }) => upgrade);
  const row = currentRow(services);
  if (marked.length > 1) askToApproveMany(services, marked);
  else if (marked[0] !== undefined) askApproval(services, marked[0]);
  else if (row?.kind === 'upgrade') askApproval(services, row.upgrade);
  else if (row !== undefined) (row.pending.plan.state === 'stopped' ? askToGoOn : askWave)(services, row.pending);
}

function reject(services: ConsoleServices): void {
  const marked = markedUpgrades(services).map(({ upgrade }) => upgrade);
  const row = currentRow(services);
  if (marked.length > 1) askToRejectMany(services, marked);
  else if (marked[0] !== undefined) askRejection(services, marked[0]);
  else if (row?.kind === 'upgrade') askRejection(services, row.upgrade);
  else if (row !== undefined) askToStop(services, row.pending);
}
