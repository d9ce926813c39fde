import { isDay } from '../../model/calendar.ts';
import { completeFilter } from '../../model/filter/complete.ts';
import type { FilterFault } from '../../model/filter/terms.ts';
import { reportFailure } from '../commands/run-command.ts';
import { completeFrom, type Word } from '../command-line/word.ts';
import { planOfUpgrade } from '../../postgres/upgrade-plans.ts';
import { fleetOf, fleetProgressSlice } from '../loaders/fleet.ts';
import type { ConsoleServices } from '../services.ts';
import type { ScreenEntry } from '../state/route.ts';
import { offeredValues } from '../tables/filter-prompt.ts';
import { rememberFilter } from '../tables/remembered.ts';
import { type ConsoleTable, setFilter } from '../tables/table.ts';
import { fleetTable } from './fleet/table.ts';
import { imagesTable } from './images/state.ts';
import { policiesTable } from './policies/state.ts';
import {
  explainRoute,
  fleetRoute,
  imagesRoute,
  planRoute,
  policiesRoute,
  policyRoute,
  routerRoute,
  upgradeRoute,
  upgradesRoute,
  windowsDayRoute,
  windowsRoute,
} from './routes.ts';
import { upgradesTable } from './upgrades/state.ts';

/** The words of the command line that lead to a screen. */
export const goWords: readonly Word[] = [
  tableWord('routers', ['fleet', 'r'], 'the fleet, with a filter', fleetTable, () => []),
  tableWord('upgrades', ['up'], 'upgrades, with a filter', upgradesTable, () => [upgradesRoute.to({})]),
  tableWord('policies', ['pol'], 'policies, with a filter', policiesTable, () => [policiesRoute.to({})]),
  tableWord('images', ['img'], 'firmware images, with a filter', imagesTable, () => [imagesRoute.to({})]),
  {
    name: 'router',
    operands: 'HOST',
    purpose: 'one router',
    complete: completeHost,
    run: (services, host) => withRouter(services, host, (named) => [routerRoute.to(named)]),
  },
  {
    name: 'explain',
    operands: 'HOST',
    purpose: 'why a router has its policy',
    complete: completeHost,
    run: (services, host) => withRouter(services, host, (named) => [explainRoute.to(named)]),
  },
  {
    name: 'policy',
    operands: 'NUMBER',
    purpose: 'the routers of a policy',
    complete: (services, before) => completeFrom(before, fleetOf(services).policies?.keys() ?? []),
    run(services, id) {
      const fault = numberFault(id, 'policy', '12');
      if (fault !== null) return fault;
      const name = fleetOf(services).policies?.get(id)?.name ?? `policy ${id}`;
      return goTo(services, [policiesRoute.to({}), policyRoute.to({ policyId: id, name })]);
    },
  },
  {
    name: 'plan',
    operands: 'NUMBER',
    purpose: 'the waves that an upgrade goes in',
    run(services, id) {
      const fault = numberFault(id, 'upgrade', '12');
      if (fault !== null) return fault;
      openPlan(services, id).catch((error: unknown) => reportFailure(services, 'plan', error));
      return null;
    },
  },
  {
    name: 'windows',
    aliases: ['cal'],
    operands: '[DAY]',
    purpose: 'the calendar of windows, or a day of it',
    run(services, day) {
      if (day === '') return goTo(services, [windowsRoute.to({})]);
      if (!isDay(day)) return { at: 0, text: 'a day is written as 2026-11-28' };
      return goTo(services, [windowsRoute.to({}), windowsDayRoute.to({ day })]);
    },
  },
  {
    name: 'upgrade',
    operands: 'NUMBER',
    purpose: 'one upgrade',
    run(services, id) {
      return (
        numberFault(id, 'upgrade', '12') ?? goTo(services, [upgradesRoute.to({}), upgradeRoute.to({ upgradeId: id })])
      );
    },
  },
];

function tableWord<Row extends object>(
  name: string,
  aliases: readonly string[],
  purpose: string,
  table: ConsoleTable<Row>,
  entries: () => readonly ScreenEntry[],
): Word {
  return {
    name,
    aliases,
    operands: '[FILTER]',
    purpose,
    complete: (services, before) => completeFilter(table.schema, before, offeredValues(services, table)),
    run(services, filter) {
      const read = table.read(filter);
      if (!read.ok) return read.fault;
      goTo(services, entries());
      if (filter !== '') {
        setFilter(services, table, filter);
        rememberFilter(services, table);
      }
      return null;
    },
  };
}

async function openPlan(services: ConsoleServices, upgradeId: string): Promise<void> {
  const here = services.navigation.current();
  const plan = await planOfUpgrade(services.scope(), upgradeId);
  if (services.navigation.current() !== here) return;
  if (plan === null) services.notify('warn', `Upgrade ${upgradeId} goes in no plan, or there is none of this number.`);
  else goTo(services, [upgradesRoute.to({}), planRoute.to({ upgradeId, batchId: plan.id })]);
}

function goTo({ navigation }: ConsoleServices, entries: readonly ScreenEntry[]): null {
  navigation.go([navigation.stack().find(({ routeId }) => routeId === fleetRoute.id) ?? fleetRoute.to({}), ...entries]);
  return null;
}

function* hosts(services: ConsoleServices): Generator<string> {
  for (const { router } of fleetOf(services).rows.each()) yield router.hostname;
}

function completeHost(services: ConsoleServices, before: string): ReturnType<typeof completeFrom> {
  return before === '' ? { from: 0, candidates: [] } : completeFrom(before, hosts(services));
}

function withRouter(
  services: ConsoleServices,
  host: string,
  entries: (named: { readonly routerId: string; readonly hostname: string }) => readonly ScreenEntry[],
): FilterFault | null {
  if (host === '') return { at: 0, text: 'a host name must follow' };
  const wanted = host.toLowerCase();
  for (const { router } of fleetOf(services).rows.each()) {
    if (router.hostname.toLowerCase() === wanted)
      return goTo(services, entries({ routerId: router.id, hostname: router.hostname }));
  }
  const reading = services.store.get(fleetProgressSlice).loading;
  return { at: 0, text: reading ? 'the inventory is still being read' : `there is no router ${host}` };
}

function numberFault(id: string, what: string, example: string): FilterFault | null {
  return /^\d{1,18}$/u.test(id) ? null : { at: 0, text: `the number of the ${what} must follow, as in ${example}` };
}
