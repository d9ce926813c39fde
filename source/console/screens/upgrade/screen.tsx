import { Box } from 'ink';
import type { ReactNode } from 'react';
import { listAudit } from '../../../postgres/audit.ts';
import { getUpgrade } from '../../../postgres/upgrades.ts';
import type { Command } from '../../commands/command.ts';
import { Lines } from '../../components/line.tsx';
import { outageText } from '../../format/outage.ts';
import { formatScroll } from '../../format/scroll.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { zoneSlice } from '../../state/session.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts } from '../../text/parts.ts';
import { routerRoute, upgradeRoute } from '../routes.ts';
import { decisionCommands } from './decision-commands.ts';
import { type LineParts, upgradeLines } from './lines.ts';
import { type LoadedUpgrade, notRead, shownUpgrade, upgradeScrollSlice, upgradeSlice } from './state.ts';

/** Spans such as `in 2 d 3 h` are drawn anew this often. */
const TICK_MS = 30_000;
const OUTAGE_TICK_MS = 1000;
const AUDIT_ROWS = 50;

function UpgradeScreen({ params }: { readonly params: { readonly upgradeId: string } }): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const read = useSlice(upgradeSlice);
  const loaded = read.upgradeId === params.upgradeId ? read : notRead(params.upgradeId);
  const scroll = useSlice(upgradeScrollSlice);
  const zone = useSlice(zoneSlice);
  const now = useNow(loaded.failed ? OUTAGE_TICK_MS : TICK_MS);
  const all = linesOf(loaded, params.upgradeId, { zone, now });
  const from = Math.max(0, Math.min(scroll, all.length - height));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines lines={all.slice(from, from + height).map((parts) => fitParts(theme, [' ', ...parts], width))} />
    </Box>
  );
}

function linesOf(
  { upgrade, audit, state, readAt, failed }: LoadedUpgrade,
  id: string,
  options: Parameters<typeof upgradeLines>[2],
): readonly LineParts[] {
  const outage: LineParts = [{ tone: 'bad', text: outageText(readAt, options.now) }];
  if (upgrade !== null) return [...(failed ? [outage] : []), ...upgradeLines(upgrade, audit, options)];
  if (failed) return [outage];
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
  if (store.get(upgradeSlice).upgradeId !== upgradeId) {
    store.set(upgradeSlice, notRead(upgradeId));
    store.set(upgradeScrollSlice, 0);
  }
  const read = async (): Promise<void> => {
    const scope = services.scope();
    const upgrade = await getUpgrade(scope, upgradeId);
    const audit = upgrade === null ? [] : await listAudit(scope, { upgradeId, limit: AUDIT_ROWS });
    const state = upgrade === null ? 'missing' : 'here';
    const readAt = services.context.now().getTime();
    if (!signal.aborted) {
      store.set<LoadedUpgrade>(upgradeSlice, { upgradeId, upgrade, audit, state, readAt, failed: false });
    }
  };
  await keepFresh(services, `upgrade ${upgradeId}`, ['upgrades', 'upgrade_steps'], signal, () =>
    noted(services, upgradeSlice, signal, read),
  );
}

function scrolled(services: ConsoleServices): { count: number; room: number; top: number } {
  const { store, context } = services;
  const options = { zone: 'utc', now: context.now().getTime() } as const;
  const count = shownUpgrade(services) === undefined ? 0 : linesOf(store.get(upgradeSlice), '', options).length;
  const room = services.body().rows;
  return { count, room, top: Math.max(0, Math.min(store.get(upgradeScrollSlice), count - room)) };
}

function scrollBy(services: ConsoleServices, by: number): void {
  const { count, room, top } = scrolled(services);
  services.store.set(upgradeScrollSlice, Math.max(0, Math.min(count - room, top + by)));
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
  ...decisionCommands('upgrade', scope, shownUpgrade),
  {
    id: 'upgrade.router',
    title: 'router',
    description: 'Open the router that it is about',
    keys: ['o', 'enter'],
    category: 'Upgrade',
    scope,
    hint: 5,
    when: (services) => shownUpgrade(services) !== undefined,
    run(services) {
      const upgrade = shownUpgrade(services);
      if (upgrade !== undefined)
        services.navigation.push(routerRoute.to({ routerId: upgrade.routerId, hostname: upgrade.hostname }));
    },
  },
];

export const upgradeScreen = defineScreen({
  route: upgradeRoute,
  component: UpgradeScreen,
  commands,
  status: (services) => formatScroll(scrolled(services)),
  load: (services, { upgradeId }, signal) => load(services, upgradeId, signal),
});
