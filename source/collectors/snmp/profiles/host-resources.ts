import { isPercentage, memoryFields, rowsOf } from '../profile.ts';
import { countOf, textOf } from '../snmp-value.ts';
import type { Found } from '../walk.ts';

/** HOST-RESOURCES-MIB, which systems on Linux have. */
export const HOST_SCALARS = {
  hrSystemUptime: '1.3.6.1.2.1.25.1.1',
  hrSystemProcesses: '1.3.6.1.2.1.25.1.6',
} as const;

export const HOST_COLUMNS = {
  hrProcessorLoad: '1.3.6.1.2.1.25.3.3.1.2',
  hrStorageType: '1.3.6.1.2.1.25.2.3.1.2',
  hrStorageDescr: '1.3.6.1.2.1.25.2.3.1.3',
  hrStorageAllocationUnits: '1.3.6.1.2.1.25.2.3.1.4',
  hrStorageSize: '1.3.6.1.2.1.25.2.3.1.5',
  hrStorageUsed: '1.3.6.1.2.1.25.2.3.1.6',
} as const;

const RAM = '1.3.6.1.2.1.25.2.1.2';

/** Mean load of the processors over a minute, percent; null if there is no such table. */
export function hostLoad(found: Found): number | null {
  const loads = [...found.column('hrProcessorLoad').values()].map(countOf).filter(isPercentage);
  return loads.length === 0 ? null : loads.reduce((sum, load) => sum + load, 0) / loads.length;
}

/** How many processes there are, as a field of `cpu`. */
export function processCount(found: Found): { readonly process_count?: number } {
  const count = countOf(found.scalar('hrSystemProcesses'));
  return count === null ? {} : { process_count: count };
}

/**
 * Memory by hrStorageTable. Linux counts what it keeps of files as used, and gives it back when somebody needs it: so a row for
 * what cannot be given back (EOS has `RAM (Unavailable)`) is what is in use, and else the rows for buffers and caches are taken off.
 */
export function hostMemory(found: Found): ReturnType<typeof memoryFields> {
  const rows = rowsOf(found, 'hrStorageSize', [
    'hrStorageType',
    'hrStorageDescr',
    'hrStorageAllocationUnits',
    'hrStorageUsed',
  ]).flatMap((row) => {
    const units = countOf(row.value('hrStorageAllocationUnits'));
    const [size, used] = [countOf(row.value('hrStorageSize')), countOf(row.value('hrStorageUsed'))];
    if (units === null || size === null || used === null) return [];
    const type = row.value('hrStorageType');
    const name = (textOf(row.value('hrStorageDescr')) ?? '').toLowerCase();
    return [{ name, isRam: type?.kind === 'oid' && type.value === RAM, total: size * units, used: used * units }];
  });
  const ram =
    rows.find(({ isRam, name }) => isRam && (name === 'ram' || name === 'physical memory')) ??
    rows.find(({ isRam }) => isRam);
  if (ram === undefined) return null;
  const usedOf = (pattern: RegExp): number | null => rows.find(({ name }) => pattern.test(name))?.used ?? null;
  const unavailable = usedOf(/\(unavailable\)$/u);
  const kept = (usedOf(/\(buffers\)$|^memory buffers$/u) ?? 0) + (usedOf(/\(cache\)$|^cached memory$/u) ?? 0);
  return memoryFields(ram.total, unavailable ?? (kept < ram.used ? ram.used - kept : ram.used));
}
