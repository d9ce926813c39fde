import { cleanLine } from '../../../model/text.ts';
import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import type { ConsoleServices } from '../../services.ts';
import { NO_TEXT } from '../../state/text-state.ts';
import { auditRoute, routerRoute, upgradeRoute } from '../routes.ts';
import { rowLines } from './diff-lines.ts';
import { auditFilterSlice, auditHeight, auditListSlice, auditSlice, currentAudit, setFilterText } from './state.ts';

const scope = [auditRoute.id];
const writes = ({ store }: ConsoleServices): boolean => store.get(auditFilterSlice).open;
const setOpen = ({ store }: ConsoleServices, open: boolean): void =>
  store.update(auditFilterSlice, (filter) => ({ ...filter, open }));

export const auditCommands: readonly Command[] = [
  {
    id: 'console.audit',
    title: 'audit',
    description: 'The audit trail as it grows, and how its chain stands',
    keys: ['L'],
    category: 'Console',
    scope: 'global',
    hint: 82,
    when: ({ navigation }) => navigation.current()?.routeId !== auditRoute.id,
    run: ({ navigation }) => navigation.push(auditRoute.to({})),
  },
  ...listCommands({
    prefix: 'audit',
    scope,
    read: (services) => ({
      list: services.store.get(auditListSlice),
      count: services.store.get(auditSlice).rows?.length ?? 0,
      height: auditHeight(services),
    }),
    write: ({ store }, list) => store.set(auditListSlice, list),
  }),
  {
    id: 'audit.open',
    title: 'row',
    description: 'The row whole, with what changed',
    keys: ['enter'],
    category: 'Audit',
    scope,
    hint: 1,
    when: (services) => currentAudit(services) !== undefined && !writes(services),
    run(services) {
      const row = currentAudit(services);
      if (row === undefined) return;
      const lines = rowLines(row).map(({ tone, text }) => ({ tone, text: cleanLine(text) }));
      services.dialogs.open({ title: `Audit row ${row.id}`, lines });
    },
  },
  {
    id: 'audit.target',
    title: 'go to',
    description: 'The upgrade or the router that the row is about',
    keys: ['o'],
    category: 'Audit',
    scope,
    hint: 2,
    when(services) {
      const row = currentAudit(services);
      return row !== undefined && (row.upgradeId !== null || row.routerId !== null);
    },
    run(services) {
      const { upgradeId, routerId } = currentAudit(services) ?? { upgradeId: null, routerId: null };
      if (upgradeId !== null) services.navigation.push(upgradeRoute.to({ upgradeId }));
      else if (routerId !== null) services.navigation.push(routerRoute.to({ routerId, hostname: routerId }));
    },
  },
  {
    id: 'audit.filter',
    title: 'filter',
    description: 'Words, who=ana, action=approve, router=ams-core-01, source=cli, since=2h or since=2026-11-24',
    keys: ['/'],
    category: 'Show',
    scope,
    hint: 3,
    run: (services) => setOpen(services, true),
  },
  {
    id: 'audit.filter-done',
    title: 'keep filter',
    keys: ['enter'],
    category: 'Show',
    scope,
    hint: 0,
    when: writes,
    run: (services) => setOpen(services, false),
  },
  {
    id: 'audit.clear',
    title: 'clear',
    description: 'Take the filter away',
    keys: ['esc'],
    category: 'Show',
    scope,
    hint: 5,
    when: ({ store }) => store.get(auditFilterSlice).open || store.get(auditFilterSlice).text.value !== '',
    run(services) {
      setFilterText(services, NO_TEXT);
      setOpen(services, false);
    },
  },
  {
    id: 'audit.export',
    title: 'export',
    description: 'How to export the trail, and how to prove that nobody changed it',
    keys: ['e'],
    category: 'Audit',
    scope,
    hint: 4,
    run({ dialogs, context, membership }) {
      const day = context.now().toISOString().slice(0, 10);
      const { slug } = membership();
      dialogs.open({
        title: 'Export the audit trail',
        lines: [
          'In a shell, all rows of a period, as CSV or JSON lines:',
          `netup-tui audit export --organization ${slug} --from ${day} --to ${day} --format csv`,
          '',
          'That no row was edited, removed or moved, hash by hash:',
          `netup-tui audit verify --organization ${slug}`,
        ],
      });
    },
  },
];
