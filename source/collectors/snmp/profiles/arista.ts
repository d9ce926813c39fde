import { cutSentences, type Health, type Profile } from '../profile.ts';
import { entitySensors, SENSOR_COLUMNS } from './entity-sensors.ts';
import { HOST_COLUMNS, HOST_SCALARS, hostLoad, hostMemory, processCount } from './host-resources.ts';

/** EOS has HOST-RESOURCES-MIB, and ENTITY-SENSOR-MIB for its sensors. */
export const arista: Profile = {
  name: 'arista',
  health: { scalars: HOST_SCALARS, columns: { ...HOST_COLUMNS, ...SENSOR_COLUMNS } },
  readHealth(found): Health {
    const [load, memory, sensors] = [hostLoad(found), hostMemory(found), entitySensors(found)];
    return {
      cpu: load === null ? null : { usage_percent: load, ...processCount(found) },
      memory,
      sensors,
      missing: [
        ...(load === null ? ['no CPU table (hrProcessorLoad)'] : []),
        ...(memory === null ? ['no RAM in hrStorageTable'] : []),
        ...(sensors.some(({ fields }) => fields.temperature_celsius !== undefined)
          ? []
          : ['no temperatures (entPhySensorValue)']),
        ...cutSentences(found),
      ],
    };
  },
  version: (sysDescr) => /\bEOS version ([0-9][\w.-]*\w)/u.exec(sysDescr)?.[1] ?? null,
};
