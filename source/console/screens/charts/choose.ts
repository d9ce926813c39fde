import type { FleetRow } from '../../loaders/fleet.ts';
import { type ChartedRouter, MOST_ROUTERS } from './state.ts';

export function chartedOf(rows: readonly FleetRow[]): readonly ChartedRouter[] {
  return rows.map(({ router }) => ({ routerId: router.id, hostname: router.hostname }));
}

/** Why so many routers cannot be charted; null if they can. */
export function tooMany(count: number): string | null {
  return count > MOST_ROUTERS ? `${count} routers are marked; one chart has room for ${MOST_ROUTERS}.` : null;
}
