import type { Platform } from '../../model/platform.ts';
import type { Figures } from './figures.ts';
import { Mib } from './mib.ts';
import { HEALTH_ENTRIES } from './tables/health.ts';
import { ENDLESS_ROWS, interfaceEntries } from './tables/interfaces.ts';
import { systemEntries } from './tables/system.ts';

const kept = new Map<string, Mib<Figures>>();

/** The objects of a platform with so many interfaces. Agents of one kind share them, since values come from their figures. */
export function mibFor(platform: Platform, interfaces: number, isEndless: boolean): Mib<Figures> {
  const key = `${platform} ${interfaces} ${isEndless}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const rows = isEndless ? ENDLESS_ROWS : interfaces;
  const mib = new Mib([...systemEntries(platform), ...interfaceEntries(rows), ...HEALTH_ENTRIES[platform]()]);
  kept.set(key, mib);
  return mib;
}
