import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { ApplicationParts } from '../../source/console/application.ts';
import { listCommands } from '../../source/console/commands/list-commands.ts';
import type { Column } from '../../source/console/components/columns.ts';
import { Table } from '../../source/console/components/table.tsx';
import { TextInput } from '../../source/console/components/text-input.tsx';
import { defineScreen } from '../../source/console/screen.ts';
import type { ConsoleServices } from '../../source/console/services.ts';
import { LIST_START } from '../../source/console/state/list.ts';
import { defineRoute } from '../../source/console/state/route.ts';
import { defineSlice } from '../../source/console/state/slice.ts';
import { NO_TEXT, textTarget, type TextState } from '../../source/console/state/text-state.ts';
import { useBody, useSlice } from '../../source/console/state/use-selector.ts';

const fleetRoute = defineRoute('fleet', () => 'fleet');
const routerRoute = defineRoute<{ readonly hostname: string }>('router', ({ hostname }) => hostname);

const hostnames = Array.from({ length: 100_000 }, (_, index) => `ams-core-${String(index).padStart(6, '0')}`);
const columns: readonly Column<string>[] = [
  { id: 'hostname', title: 'HOSTNAME', width: 20, grow: 1, priority: 0, cell: (hostname) => hostname },
  { id: 'state', title: 'STATE', width: 8, priority: 1, cell: () => [{ tone: 'good', text: '✔ ready' }] },
];
const listSlice = defineSlice('test.list', () => LIST_START);
const filterSlice = defineSlice<TextState | null>('test.filter', () => null);
/** What `load` of the example did: `+acme` when it began in acme, `-` when it was stopped. */
export const loads: string[] = [];

function FleetScreen(): ReactNode {
  const { columns: width, rows } = useBody();
  const list = useSlice(listSlice);
  const filter = useSlice(filterSlice);
  return (
    <Box flexDirection="column">
      <TextInput label="filter" text={filter ?? NO_TEXT} focused={filter !== null} width={20} />
      <Table
        columns={columns}
        count={hostnames.length}
        rowAt={(index) => hostnames[index]}
        list={list}
        width={width}
        height={rows - 1}
      />
    </Box>
  );
}

function filterTarget({ store }: ConsoleServices): ReturnType<typeof textTarget> | null {
  if (store.get(filterSlice) === null) return null;
  return textTarget(
    () => store.get(filterSlice) ?? NO_TEXT,
    (text) => store.set(filterSlice, text),
  );
}

const here = { category: 'Fleet', scope: ['fleet'] } as const;

const fleetScreen = defineScreen({
  route: fleetRoute,
  component: FleetScreen,
  status: ({ store }) => `${store.get(listSlice).cursor + 1} of ${hostnames.length}`,
  focus: filterTarget,
  load(services, _, signal) {
    loads.push(`+${services.membership().slug}`);
    signal.addEventListener('abort', () => loads.push('-'));
  },
  commands: [
    ...listCommands({
      prefix: 'fleet',
      scope: ['fleet'],
      read: ({ store, body }) => ({ list: store.get(listSlice), count: hostnames.length, height: body().rows - 2 }),
      write: ({ store }, list) => store.set(listSlice, list),
    }),
    {
      ...here,
      id: 'fleet.filter',
      title: 'filter',
      keys: ['/'],
      hint: 2,
      run: ({ store }) => store.set(filterSlice, NO_TEXT),
    },
    {
      ...here,
      id: 'fleet.open',
      title: 'open',
      keys: ['enter'],
      hint: 1,
      run: ({ store, navigation }) =>
        navigation.push(routerRoute.to({ hostname: hostnames[store.get(listSlice).cursor] ?? '' })),
    },
    {
      ...here,
      id: 'fleet.upgrade',
      title: 'upgrade',
      keys: ['u'],
      hint: 3,
      dangerous: true,
      run({ dialogs, notify }) {
        dialogs.open({
          title: 'Upgrade 12 routers',
          input: { label: 'Type 12 to confirm:', paste: false },
          confirm: {
            title: 'request',
            disabledReason: ({ text }) => (text === '12' ? null : 'Type 12 first.'),
            run: () => Promise.resolve().then(() => notify('good', 'requested')),
          },
        });
      },
    },
    { ...here, id: 'fleet.admin', title: 'admin', keys: ['A'], requiredRole: 'admin', run: () => undefined },
    {
      ...here,
      id: 'fleet.fail',
      title: 'fail',
      keys: ['F'],
      run: () => Promise.reject(new Error('The database did not answer.')),
    },
  ],
});

function RouterScreen({ params }: { readonly params: { readonly hostname: string } }): ReactNode {
  if (params.hostname.endsWith('13')) throw new Error('unlucky');
  return <TextInput label="router" text={{ value: params.hostname, cursor: 0 }} focused={false} width={30} />;
}

const routerScreen = defineScreen({ route: routerRoute, component: RouterScreen, commands: [] });

/** Two screens of an example console: a list of 100,000 routers, and one router. Number 13 cannot be drawn. */
export const exampleParts: ApplicationParts = {
  screens: [fleetScreen, routerScreen],
  loaders: [],
  start: () => [fleetRoute.to({})],
};
