import { outageText } from '../../format/outage.ts';
import type { ClockMode } from '../../format/times.ts';
import type { UpgradePlan } from '../../../model/upgrade-plan.ts';
import { planSlice } from '../../loaders/plan.ts';
import { type WorkersSeen, workersSlice } from '../../loaders/workers.ts';
import type { ConsoleServices } from '../../services.ts';
import { upgradeLines } from './lines.ts';
import type { Store } from '../../state/store.ts';
import type { LineParts } from './parts.ts';
import { type LoadedUpgrade, shownUpgrade, upgradeScrollSlice, upgradeSlice } from './state.ts';

/** How the lines are to look. */
export interface LineOptions {
  readonly zone: ClockMode;
  readonly now: number;
  readonly width: number;
  readonly workers: WorkersSeen | null;
  /** The plan that it goes in. */
  readonly plan: UpgradePlan | null;
}

/** All lines of the screen, of which some are in sight. */
export function linesOf(loaded: LoadedUpgrade, id: string, options: LineOptions): readonly LineParts[] {
  const { upgrade, state, readAt, failed, worker, hold } = loaded;
  const outage: LineParts = [{ tone: 'bad', text: outageText(readAt, options.now) }];
  if (upgrade !== null) {
    return [...(failed ? [outage] : []), ...upgradeLines({ ...loaded, upgrade }, { ...options, worker, hold })];
  }
  if (failed) return [outage];
  return state === 'missing'
    ? [
        [{ tone: 'warn', text: `There is no upgrade ${id} in this organization.` }],
        ['Esc goes back; U lists the upgrades.'],
      ]
    : [[{ tone: 'muted', text: `Reading upgrade ${id} …` }]];
}

/** The plan of the upgrade, if it is the one that was read. */
function planOf(store: Pick<Store, 'get'>, upgradeId: string): UpgradePlan | null {
  const seen = store.get(planSlice);
  return seen.upgradeId === upgradeId ? seen.plan : null;
}

/** How many lines there are, how many fit, and which is the first in sight. */
export function scrolled(services: ConsoleServices): { count: number; room: number; top: number } {
  const { store, context } = services;
  const { rows: room, columns } = services.body();
  const now = context.now().getTime();
  const { upgradeId } = store.get(upgradeSlice);
  const options = {
    zone: 'utc',
    now,
    width: columns - 1,
    workers: store.get(workersSlice),
    plan: planOf(store, upgradeId),
  } as const;
  const count = shownUpgrade(services) === undefined ? 0 : linesOf(store.get(upgradeSlice), '', options).length;
  return { count, room, top: Math.max(0, Math.min(store.get(upgradeScrollSlice), count - room)) };
}

export function scrollBy(services: ConsoleServices, by: number): void {
  const { count, room, top } = scrolled(services);
  services.store.set(upgradeScrollSlice, Math.max(0, Math.min(count - room, top + by)));
}
