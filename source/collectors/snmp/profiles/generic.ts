import type { PointOf } from '../../../model/telemetry.ts';
import { cutSentences, type Health, isPercentage, memoryFields, nameOr, type Profile, rowsOf } from '../profile.ts';
import { countOf } from '../snmp-value.ts';
import type { Found } from '../walk.ts';
import { HOST_COLUMNS, HOST_SCALARS, hostLoad, hostMemory, processCount } from './host-resources.ts';

const KILOBYTE = 1024;

/** Anything else: HOST-RESOURCES-MIB, and UCD-SNMP-MIB of net-snmp's snmpd, which Linux routers run. */
export const generic: Profile = {
  name: 'generic',
  health: {
    scalars: {
      ...HOST_SCALARS,
      memTotalSwap: '1.3.6.1.4.1.2021.4.3',
      memAvailSwap: '1.3.6.1.4.1.2021.4.4',
      memTotalReal: '1.3.6.1.4.1.2021.4.5',
      memAvailReal: '1.3.6.1.4.1.2021.4.6',
      memBuffer: '1.3.6.1.4.1.2021.4.14',
      memCached: '1.3.6.1.4.1.2021.4.15',
      memSysAvail: '1.3.6.1.4.1.2021.4.27',
      ssCpuIdle: '1.3.6.1.4.1.2021.11.11',
    },
    columns: {
      ...HOST_COLUMNS,
      laLoadInt: '1.3.6.1.4.1.2021.10.1.5',
      lmTempSensorsDevice: '1.3.6.1.4.1.2021.13.16.2.1.2',
      lmTempSensorsValue: '1.3.6.1.4.1.2021.13.16.2.1.3',
    },
  },
  readHealth(found): Health {
    const load = hostLoad(found) ?? idleLoad(found);
    const memory = linuxMemory(found) ?? hostMemory(found);
    const sensors = rowsOf(found, 'lmTempSensorsValue', ['lmTempSensorsDevice']).flatMap((row) => {
      const thousandths = countOf(row.value('lmTempSensorsValue'));
      if (thousandths === null) return [];
      const component = nameOr(row.value('lmTempSensorsDevice'), 'temperature', row.index);
      return [{ component, fields: { temperature_celsius: thousandths / 1000 } }];
    });
    return {
      cpu: load === null ? null : { usage_percent: load, ...loadAverages(found), ...processCount(found) },
      memory: memory === null ? null : { ...memory, ...swapOf(found) },
      sensors,
      missing: [
        ...(load === null ? ['no CPU table (hrProcessorLoad, ssCpuIdle)'] : []),
        ...(memory === null ? ['no memory (memTotalReal, hrStorageTable)'] : []),
        ...(sensors.length === 0 ? ['no temperatures (lmTempSensorsValue)'] : []),
        ...cutSentences(found),
      ],
    };
  },
  version: () => null,
};

function idleLoad(found: Found): number | null {
  const idle = countOf(found.scalar('ssCpuIdle'));
  return isPercentage(idle) ? 100 - idle : null;
}

/** What the kernel could give to somebody who asked is free: its own estimate, or else what is free, in buffers and in caches. */
function linuxMemory(found: Found): ReturnType<typeof memoryFields> {
  const read = (name: string): number | null => countOf(found.scalar(name));
  const [total, free, available] = [read('memTotalReal'), read('memAvailReal'), read('memSysAvail')];
  if (total === null || free === null) return null;
  const usable = available ?? free + (read('memBuffer') ?? 0) + (read('memCached') ?? 0);
  return memoryFields(total * KILOBYTE, (total - usable) * KILOBYTE);
}

function swapOf(
  found: Found,
): Pick<PointOf<'memory'>['fields'], 'swap_total_bytes' | 'swap_used_bytes' | 'swap_used_percent'> {
  const [total, free] = [countOf(found.scalar('memTotalSwap')), countOf(found.scalar('memAvailSwap'))];
  if (total === null || free === null || free > total) return {};
  const used = total - free;
  return {
    swap_total_bytes: total * KILOBYTE,
    swap_used_bytes: used * KILOBYTE,
    ...(total === 0 ? {} : { swap_used_percent: (100 * used) / total }),
  };
}

/** laLoadInt has hundredths, in three rows: over 1, 5 and 15 minutes. */
function loadAverages(found: Found): Pick<PointOf<'cpu'>['fields'], 'load_1m' | 'load_5m' | 'load_15m'> {
  const rows = found.column('laLoadInt');
  const averages = (['load_1m', 'load_5m', 'load_15m'] as const).flatMap((field, at) => {
    const hundredths = countOf(rows.get(String(at + 1)));
    return hundredths === null ? [] : [[field, hundredths / 100] as const];
  });
  return Object.fromEntries(averages);
}
