import { cutSentences, type Health, isPercentage, memoryFields, nameOr, type Profile, rowsOf } from '../profile.ts';
import { countOf, signedOf, textOf } from '../snmp-value.ts';

/** jnxOperatingTable of JUNIPER-MIB: one row for each part of the chassis. */
const TABLE = '1.3.6.1.4.1.2636.3.1.13.1';
const MEGABYTE = 1024 * 1024;

export const juniper: Profile = {
  name: 'juniper',
  health: {
    scalars: {},
    columns: {
      jnxOperatingDescr: `${TABLE}.5`,
      jnxOperatingState: `${TABLE}.6`,
      jnxOperatingTemp: `${TABLE}.7`,
      jnxOperatingCPU: `${TABLE}.8`,
      jnxOperatingBuffer: `${TABLE}.11`,
      jnxOperatingMemory: `${TABLE}.15`,
    },
  },
  readHealth(found): Health {
    const parts = rowsOf(found, 'jnxOperatingDescr', [
      'jnxOperatingState',
      'jnxOperatingTemp',
      'jnxOperatingCPU',
      'jnxOperatingBuffer',
      'jnxOperatingMemory',
    ]).map((row) => ({
      component: nameOr(row.value('jnxOperatingDescr'), 'part', row.index),
      isEngine: /routing engine/iu.test(textOf(row.value('jnxOperatingDescr')) ?? ''),
      state: countOf(row.value('jnxOperatingState')),
      celsius: signedOf(row.value('jnxOperatingTemp')),
      load: countOf(row.value('jnxOperatingCPU')),
      usedPercent: countOf(row.value('jnxOperatingBuffer')),
      megabytes: countOf(row.value('jnxOperatingMemory')),
    }));
    const engines = parts.filter(({ isEngine }) => isEngine);
    const loads = engines.map(({ load }) => load).filter(isPercentage);
    // The fullest engine is the one that an upgrade must wait for. A part without memory says 0.
    const [fullest] = engines
      .flatMap(({ usedPercent, megabytes }) =>
        isPercentage(usedPercent) && usedPercent > 0 ? [{ usedPercent, megabytes }] : [],
      )
      .toSorted((a, b) => b.usedPercent - a.usedPercent);
    const sensors = parts.flatMap(({ component, state, celsius }) => {
      const fields = {
        // Parts without a sensor say 0.
        ...(celsius === null || celsius === 0 ? {} : { temperature_celsius: celsius }),
        ...workingOf(state),
      };
      return Object.keys(fields).length === 0 ? [] : [{ component, fields }];
    });
    return {
      cpu: loads.length === 0 ? null : { usage_percent: Math.max(...loads) },
      memory: fullest === undefined ? null : memoryOf(fullest.usedPercent, fullest.megabytes),
      sensors,
      missing: [
        ...(loads.length === 0 ? ['no CPU of a Routing Engine (jnxOperatingCPU)'] : []),
        ...(fullest === undefined ? ['no memory of a Routing Engine (jnxOperatingBuffer)'] : []),
        ...(sensors.some((sensor) => 'temperature_celsius' in sensor.fields)
          ? []
          : ['no temperatures (jnxOperatingTemp)']),
        ...cutSentences(found),
      ],
    };
  },
  version: (sysDescr) => /\bJUNOS ([0-9][\w.-]*\w)/u.exec(sysDescr)?.[1] ?? null,
  serial: '1.3.6.1.4.1.2636.3.1.3',
};

/** The device gives a whole percentage; bytes are made of it, so they are no more exact. */
function memoryOf(usedPercent: number, megabytes: number | null): Health['memory'] {
  const total = (megabytes ?? 0) * MEGABYTE;
  const bytes = memoryFields(total, Math.round((total * usedPercent) / 100));
  return { ...bytes, free_percent: 100 - usedPercent };
}

/** 1 unknown, 2 running, 3 ready, 4 reset, 5 running at full speed, 6 down or off, 7 standby. */
function workingOf(state: number | null): { readonly oper_status?: 0 | 1 } {
  if (state === null || state < 2 || state > 7) return {};
  return { oper_status: state === 4 || state === 6 ? 0 : 1 };
}
