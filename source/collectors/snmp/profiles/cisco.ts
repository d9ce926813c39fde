import type { PointOf } from '../../../model/telemetry.ts';
import {
  cutSentences,
  type Health,
  isPercentage,
  memoryFields,
  nameOr,
  type Profile,
  rowsOf,
  type Sensor,
} from '../profile.ts';
import { countOf, counterOf, signedOf, textOf } from '../snmp-value.ts';
import type { Found } from '../walk.ts';

/** CISCO-PROCESS-MIB, CISCO-ENHANCED-MEMPOOL-MIB (CISCO-MEMORY-POOL-MIB on old devices) and CISCO-ENVMON-MIB. */
export const cisco: Profile = {
  name: 'cisco',
  health: {
    scalars: {},
    columns: {
      cpmCPUTotal5minRev: '1.3.6.1.4.1.9.9.109.1.1.1.1.8',
      cempMemPoolName: '1.3.6.1.4.1.9.9.221.1.1.1.1.3',
      cempMemPoolHCUsed: '1.3.6.1.4.1.9.9.221.1.1.1.1.18',
      cempMemPoolHCFree: '1.3.6.1.4.1.9.9.221.1.1.1.1.20',
      ciscoMemoryPoolName: '1.3.6.1.4.1.9.9.48.1.1.1.2',
      ciscoMemoryPoolUsed: '1.3.6.1.4.1.9.9.48.1.1.1.5',
      ciscoMemoryPoolFree: '1.3.6.1.4.1.9.9.48.1.1.1.6',
      ciscoEnvMonTemperatureDescr: '1.3.6.1.4.1.9.9.13.1.3.1.2',
      ciscoEnvMonTemperatureValue: '1.3.6.1.4.1.9.9.13.1.3.1.3',
      ciscoEnvMonTemperatureState: '1.3.6.1.4.1.9.9.13.1.3.1.6',
      ciscoEnvMonFanDescr: '1.3.6.1.4.1.9.9.13.1.4.1.2',
      ciscoEnvMonFanState: '1.3.6.1.4.1.9.9.13.1.4.1.3',
      ciscoEnvMonSupplyDescr: '1.3.6.1.4.1.9.9.13.1.5.1.2',
      ciscoEnvMonSupplyState: '1.3.6.1.4.1.9.9.13.1.5.1.3',
    },
  },
  readHealth(found): Health {
    const loads = [...found.column('cpmCPUTotal5minRev').values()].map(countOf).filter(isPercentage);
    const memory =
      poolOf(found, 'cempMemPoolName', 'cempMemPoolHCUsed', 'cempMemPoolHCFree') ??
      poolOf(found, 'ciscoMemoryPoolName', 'ciscoMemoryPoolUsed', 'ciscoMemoryPoolFree');
    const sensors = [
      ...temperatures(found),
      ...states(found, 'ciscoEnvMonFanDescr', 'ciscoEnvMonFanState', 'fan'),
      ...states(found, 'ciscoEnvMonSupplyDescr', 'ciscoEnvMonSupplyState', 'power supply'),
    ];
    return {
      // One row a processor: the busiest is the one that an upgrade must wait for.
      cpu: loads.length === 0 ? null : { usage_percent: Math.max(...loads) },
      memory,
      sensors,
      missing: [
        ...(loads.length === 0 ? ['no CPU table (cpmCPUTotal5minRev)'] : []),
        ...(memory === null ? ['no memory pool (cempMemPoolHCUsed, ciscoMemoryPoolUsed)'] : []),
        ...(sensors.some(({ fields }) => fields.temperature_celsius !== undefined)
          ? []
          : ['no temperatures (ciscoEnvMonTemperatureValue)']),
        ...cutSentences(found),
      ],
    };
  },
  version: (sysDescr) => /\bVersion ([0-9][\w.()]*[\w)])/u.exec(sysDescr)?.[1] ?? null,
};

/** The pool of the processor, or else the largest: others are for packets, and full by design. */
function poolOf(found: Found, name: string, used: string, free: string): PointOf<'memory'>['fields'] | null {
  const pools = rowsOf(found, used, [name, free]).flatMap((row) => {
    const [usedBytes, freeBytes] = [counterOf(row.value(used)), counterOf(row.value(free))];
    if (usedBytes === null || freeBytes === null) return [];
    const isProcessor = /^processor/iu.test(textOf(row.value(name)) ?? '');
    return [{ isProcessor, used: Number(usedBytes), total: Number(usedBytes + freeBytes) }];
  });
  const [chosen] = pools.toSorted((a, b) => Number(b.isProcessor) - Number(a.isProcessor) || b.total - a.total);
  return chosen === undefined ? null : memoryFields(chosen.total, chosen.used);
}

function temperatures(found: Found): readonly Sensor[] {
  const [descr, value, state] = [
    'ciscoEnvMonTemperatureDescr',
    'ciscoEnvMonTemperatureValue',
    'ciscoEnvMonTemperatureState',
  ] as const;
  return rowsOf(found, value, [descr, state]).flatMap((row) => {
    const celsius = signedOf(row.value(value));
    if (celsius === null) return [];
    const working = workingOf(countOf(row.value(state)));
    return [
      {
        component: nameOr(row.value(descr), 'temperature', row.index),
        fields: { temperature_celsius: celsius, ...working },
      },
    ];
  });
}

function states(found: Found, descr: string, state: string, what: string): readonly Sensor[] {
  return rowsOf(found, state, [descr]).flatMap((row) => {
    const fields = workingOf(countOf(row.value(state)));
    if (fields.oper_status === undefined) return [];
    return [{ component: nameOr(row.value(descr), what, row.index), fields }];
  });
}

/** CiscoEnvMonState: 1 normal, 2 warning, 3 critical, 4 shut down, 5 not present, 6 not functioning. */
function workingOf(state: number | null): { readonly oper_status?: 0 | 1 } {
  if (state === null || state === 5 || state < 1 || state > 6) return {};
  return { oper_status: state === 1 ? 1 : 0 };
}
