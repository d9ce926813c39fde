import { Box } from 'ink';
import type { ReactNode } from 'react';
import { listAudit } from '../../../postgres/audit.ts';
import { getUpgrade } from '../../../postgres/upgrades.ts';
import type { Command } from '../../commands/command.ts';
import { Lines } from '../../components/line.tsx';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { zoneSlice } from '../../state/session.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts } from '../../text/parts.ts';
import { routerRoute, upgradeRoute } from '../routes.ts';
import { decisionCommands } from './decision-commands.ts';
import { type LineParts, upgradeLines } from './lines.ts';
import { type LoadedUpgrade, NOT_READ, upgradeScrollSlice, upgradeSlice } from './state.ts';

/** Spans such as `in 2 d 3 h` are drawn anew this often. */
const TICK_MS = 30_000;
const AUDIT_ROWS = 50;

function UpgradeScreen({ params }: { readonly params: { readonly upgradeId: string } }): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const loaded = useSlice(upgradeSlice);
  const scroll = useSlice(upgradeScrollSlice);
  const zone = useSlice(zoneSlice);
  const now = useNow(TICK_MS);
  const all = linesOf(loaded, params.upgradeId, { zone, now });
  const from = Math.max(0, Math.min(scroll, all.length - height));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines lines={all.slice(from, from + height).map((parts) => fitParts(theme, [' ', ...parts], width))} />
    </Box>
  );
}

function linesOf(
  { upgrade, audit, state }: LoadedUpgrade,
  id: string,
  options: Parameters<typeof upgradeLines>[2],
): readonly LineParts[] {
  if (upgrade !== null) return upgradeLines(upgrade, audit, options);
  return state === 'missing'
    ? [
        [{ tone: 'warn', text: `There is no upgrade ${id} in this organization.` }],
        ['Esc goes back; U lists the upgrades.'],
      ]
    : [[{ tone: 'muted', text: `Reading upgrade ${id} …` }]];
}

async function load(services: ConsoleServices, upgradeId: string, signal: AbortSignal): Promise<void> {
  const { store } = services;
  // What another upgrade left must not be shown under this one's name, not even for a moment.
  if (store.get(upgradeSlice).upgrade?.id !== upgradeId) {
    store.set(upgradeSlice, NOT_READ);
    store.set(upgradeScrollSlice, 0);
  }
  await keepFresh(services, `upgrade ${upgradeId}`, ['upgrades', 'upgrade_steps'], signal, async () => {
    const scope = services.scope();
    const upgrade = await getUpgrade(scope, upgradeId);
    const audit = upgrade === null ? [] : await listAudit(scope, { upgradeId, limit: AUDIT_ROWS });
    const state = upgrade === null ? 'missing' : 'here';
    if (!signal.aborted) store.set<LoadedUpgrade>(upgradeSlice, { upgrade, audit, state });
  });
}

function scrollBy(services: ConsoleServices, by: number): void {
  const { upgrade, audit } = services.store.get(upgradeSlice);
  if (upgrade === null) return;
  const lines = upgradeLines(upgrade, audit, { zone: 'utc', now: services.context.now().getTime() }).length;
  const last = Math.max(0, lines - services.body().rows);
  services.store.update(upgradeScrollSlice, (top) => Math.max(0, Math.min(last, top + by)));
}

const scope = [upgradeRoute.id];
const page = (services: ConsoleServices): number => services.body().rows - 1;
const move = (verb: string, keys: readonly string[], by: (services: ConsoleServices) => number): Command => ({
  id: `upgrade.${verb}`,
  title: verb.replace('-', ' '),
  keys,
  category: 'Move',
  scope,
  run: (services) => scrollBy(services, by(services)),
});

const commands: readonly Command[] = [
  move('down', ['j', 'down'], () => 1),
  move('up', ['k', 'up'], () => -1),
  move('page-down', ['pgdn', 'ctrl+f'], page),
  move('page-up', ['pgup', 'ctrl+b'], (services) => -page(services)),
  ...decisionCommands('upgrade', scope, ({ store }) => store.get(upgradeSlice).upgrade ?? undefined),
  {
    id: 'upgrade.router',
    title: 'router',
    description: 'Open the router that it is about',
    keys: ['o', 'enter'],
    category: 'Upgrade',
    scope,
    hint: 5,
    when: ({ store }) => store.get(upgradeSlice).upgrade !== null,
    run({ store, navigation }) {
      const { upgrade } = store.get(upgradeSlice);
      if (upgrade !== null) navigation.push(routerRoute.to({ routerId: upgrade.routerId, hostname: upgrade.hostname }));
    },
  },
];

export const upgradeScreen = defineScreen({
  route: upgradeRoute,
  component: UpgradeScreen,
  commands,
  load: (services, { upgradeId }, signal) => load(services, upgradeId, signal),
});
