import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { RouterDecision } from '../../../agent/decide.ts';
import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import { Table } from '../../components/table.tsx';
import { formatCount, plural } from '../../format/numbers.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { decidedRoute, routerRoute } from '../routes.ts';
import { decidedColumns } from './columns.ts';
import { requestReadyCommand } from './request-ready.ts';
import { decidedListSlice, decisionsSlice } from './state.ts';

const known = new WeakMap<ReadonlySet<string>, readonly RouterDecision[]>();

/** The decisions that the line is about: as they were when it was opened. */
function shownRows({ store, navigation }: ConsoleServices): readonly RouterDecision[] {
  const entry = navigation.current();
  const ids = entry === undefined ? undefined : decidedRoute.params(entry)?.routerIds;
  if (ids === undefined) return [];
  const found = known.get(ids);
  if (found !== undefined) return found;
  const rows = (store.get(decisionsSlice).decisions ?? []).filter(({ routerId }) => ids.has(routerId));
  known.set(ids, rows);
  return rows;
}

function currentRow(services: ConsoleServices): RouterDecision | undefined {
  return shownRows(services)[services.store.get(decidedListSlice).cursor];
}

const commands: readonly Command[] = [
  ...listCommands({
    prefix: 'decided',
    scope: [decidedRoute.id],
    read: (services) => ({
      list: services.store.get(decidedListSlice),
      count: shownRows(services).length,
      height: Math.max(1, services.body().rows - 1),
    }),
    write: ({ store }, list) => store.set(decidedListSlice, list),
  }),
  {
    id: 'decided.open',
    title: 'open router',
    keys: ['enter'],
    category: 'Router',
    scope: [decidedRoute.id],
    hint: 1,
    when: (services) => currentRow(services) !== undefined,
    run(services) {
      const row = currentRow(services);
      if (row === undefined) return;
      services.navigation.push(routerRoute.to({ routerId: row.routerId, hostname: row.router.hostname }));
    },
  },
  requestReadyCommand('decided', decidedRoute.id, shownRows),
];

function DecidedScreen(): ReactNode {
  const services = useServices();
  const { columns: width, rows: height } = useBody();
  const list = useSlice(decidedListSlice);
  const rows = shownRows(services);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Table
        columns={decidedColumns}
        count={rows.length}
        rowAt={(index) => rows[index]}
        list={list}
        width={width}
        height={height}
        empty="No router is in this line any more. Esc goes back."
      />
    </Box>
  );
}

export const decidedScreen = defineScreen({
  route: decidedRoute,
  component: DecidedScreen,
  commands,
  status(services) {
    const { length } = shownRows(services);
    return length === 0
      ? ''
      : `${formatCount(services.store.get(decidedListSlice).cursor + 1)} of ${plural(length, 'router')}`;
  },
});
