import { addDays, addMonths, type Day, dayOf } from '../../../model/calendar.ts';
import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { addBlackoutCommand } from '../blackout-form/open.ts';
import { windowsDayRoute, windowsRoute } from '../routes.ts';
import { PAST_DAYS } from './load.ts';
import { CALENDAR_VIEWS, calendarDaySlice, calendarViewSlice, shownCalendar } from './state.ts';

const scope = [windowsRoute.id];

const MOVES: readonly (readonly [verb: string, description: string, keys: readonly string[], to: (day: Day) => Day])[] =
  [
    ['next-day', 'Next day', ['l', 'right'], (day) => addDays(day, 1)],
    ['previous-day', 'Day before', ['h', 'left'], (day) => addDays(day, -1)],
    ['next-week', 'Next week', ['j', 'down'], (day) => addDays(day, 7)],
    ['previous-week', 'Week before', ['k', 'up'], (day) => addDays(day, -7)],
    ['next-month', 'Next month', ['pgdn', 'ctrl+f'], (day) => addMonths(day, 1)],
    ['previous-month', 'Month before', ['pgup', 'ctrl+b'], (day) => addMonths(day, -1)],
  ];

export const windowsCommands: readonly Command[] = [
  {
    id: 'console.windows',
    title: 'windows',
    description: 'A calendar of maintenance windows, blackouts, and upgrades that have a start',
    keys: ['M'],
    category: 'Console',
    scope: 'global',
    hint: 85,
    when: ({ navigation }) => navigation.current()?.routeId !== windowsRoute.id,
    run: ({ navigation }) => navigation.push(windowsRoute.to({})),
  },
  ...MOVES.map(([verb, description, keys, to]): Command => ({
    id: `windows.${verb}`,
    title: verb.replace('-', ' '),
    description,
    keys,
    category: 'Move',
    scope,
    run: (services) => moveToDay(services, to(shownCalendar(services).day)),
  })),
  {
    id: 'windows.today',
    title: 'today',
    keys: ['t', 'g', 'home'],
    category: 'Move',
    scope,
    hint: 4,
    run: ({ store }) => store.set<Day | null>(calendarDaySlice, null),
  },
  {
    id: 'windows.open',
    title: 'day',
    description: 'All that lies on this day, to open it or to take a blackout away',
    keys: ['enter'],
    category: 'Show',
    scope,
    hint: 1,
    run(services) {
      services.navigation.push(windowsDayRoute.to({ day: shownCalendar(services).day }));
    },
  },
  addBlackoutCommand('windows', windowsRoute.id, 2, (services) => shownCalendar(services).day),
  {
    id: 'windows.view',
    title: 'week or month',
    description: 'Show a week or a month',
    keys: ['tab', 'shift+tab'],
    category: 'Show',
    scope,
    hint: 3,
    run(services) {
      const at = CALENDAR_VIEWS.indexOf(shownCalendar(services).view);
      services.store.set(calendarViewSlice, CALENDAR_VIEWS[1 - at] ?? 'month');
    },
  },
];

/** Not further back than what is read. */
function moveToDay(services: ConsoleServices, day: Day): void {
  const { zone } = shownCalendar(services);
  const first = addDays(dayOf(services.context.now(), zone), -PAST_DAYS);
  if (day < first) services.notify('info', `The calendar begins ${PAST_DAYS} days ago.`);
  services.store.set<Day | null>(calendarDaySlice, day < first ? first : day);
}
