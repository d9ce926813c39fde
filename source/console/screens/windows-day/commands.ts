import { addDays, type CalendarEntry } from '../../../model/calendar.ts';
import { cleanLine } from '../../../model/text.ts';
import { removeBlackout } from '../../../postgres/blackouts.ts';
import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import { formatDay } from '../../format/times.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { tableCommands } from '../../tables/table-commands.ts';
import { addBlackoutCommand } from '../blackout-form/open.ts';
import { planRoute, policyRoute, upgradeRoute, upgradesRoute, windowsDayRoute } from '../routes.ts';
import { zoneOfDays } from '../windows/state.ts';
import { currentEntry, dayListSlice, dayTable, entriesInSight, shownDay } from './state.ts';

const scope = [windowsDayRoute.id];
const base = { category: 'Day', scope } as const;
const hasEntry = (services: ConsoleServices): boolean => currentEntry(services) !== undefined;

export const windowsDayCommands: readonly Command[] = [
  ...listCommands({
    prefix: 'windows-day',
    scope,
    read: (services) => ({
      list: services.store.get(dayListSlice),
      count: dayTable.rowsShown(services).length,
      height: entriesInSight(services),
    }),
    write: ({ store }, list) => store.set(dayListSlice, list),
  }),
  ...tableCommands(dayTable),
  {
    ...base,
    id: 'windows-day.open',
    title: 'open',
    description: 'The routers of the policy, the upgrade or its plan, or all of the blackout',
    keys: ['enter'],
    hint: 1,
    when: hasEntry,
    run(services) {
      const entry = currentEntry(services);
      if (entry !== undefined) open(services, entry);
    },
  },
  addBlackoutCommand('windows-day', windowsDayRoute.id, 2, (services) => shownDay(services) ?? ''),
  {
    ...base,
    id: 'windows-day.remove',
    title: 'remove',
    description: 'Remove this blackout: upgrades that it kept waiting begin',
    keys: ['x'],
    hint: 3,
    dangerous: true,
    requiredRole: 'approver',
    when: hasEntry,
    disabledReason: (services) =>
      currentEntry(services)?.kind === 'blackout' ? null : 'Only blackouts are removed here: this is none.',
    run: askToRemove,
  },
  {
    ...base,
    id: 'windows-day.next',
    title: 'next day',
    keys: ['right', 'l'],
    hint: 5,
    run: (services) => turnDay(services, 1),
  },
  {
    ...base,
    id: 'windows-day.previous',
    title: 'day before',
    keys: ['left', 'h'],
    hint: 6,
    run: (services) => turnDay(services, -1),
  },
];

function open(services: ConsoleServices, entry: CalendarEntry): void {
  const { navigation, dialogs } = services;
  if (entry.kind === 'window') {
    navigation.push(policyRoute.to({ policyId: entry.of.policyId, name: entry.of.name }));
    return;
  }
  if (entry.kind === 'upgrades') {
    const { waves, count, upgradeId, batchId } = entry.upgrades;
    if (waves !== null) navigation.push(planRoute.to({ upgradeId, batchId }));
    else if (count === 1) navigation.push(upgradeRoute.to({ upgradeId }));
    else navigation.push(upgradesRoute.to({}));
    return;
  }
  dialogs.open({ title: 'Blackout', lines: blackoutLines(services, entry) });
}

function blackoutLines(
  services: ConsoleServices,
  { blackout }: Extract<CalendarEntry, { kind: 'blackout' }>,
): readonly string[] {
  const zone = zoneOfDays(services);
  const times = (at: Date): string => {
    const here = formatDay(at, 'site', zone);
    return zone === 'UTC' ? here : `${here} (${formatDay(at, 'utc', zone)})`;
  };
  return [
    blackout.site === null
      ? 'No upgrade begins anywhere in the organization'
      : `No upgrade begins at ${cleanLine(blackout.site)}`,
    `from ${times(blackout.from)}`,
    `to   ${times(blackout.to)}`,
    '',
    cleanLine(blackout.reason),
    `added by ${cleanLine(blackout.createdBy)}`,
  ];
}

function askToRemove(services: ConsoleServices): void {
  const entry = currentEntry(services);
  if (entry?.kind !== 'blackout') return;
  services.dialogs.open({
    title: 'Remove this blackout',
    tone: 'warn',
    lines: [...blackoutLines(services, entry), '', 'Upgrades that it keeps waiting then begin.'],
    confirm: {
      title: 'remove',
      async run() {
        await removeBlackout(services.scope(), services.actor(), entry.blackout.id);
        services.notify('good', 'The blackout is removed.');
      },
    },
  });
}

function turnDay(services: ConsoleServices, by: number): void {
  const day = shownDay(services);
  if (day === null) return;
  services.store.set(dayListSlice, LIST_START);
  services.navigation.replace(windowsDayRoute.to({ day: addDays(day, by) }));
}
