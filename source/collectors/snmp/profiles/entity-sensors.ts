import { type Sensor, rowsOf } from '../profile.ts';
import { countOf, signedOf } from '../snmp-value.ts';
import type { Found } from '../walk.ts';

/** entPhySensorTable of ENTITY-SENSOR-MIB (RFC 3433). */
export const SENSOR_COLUMNS = {
  entPhySensorType: '1.3.6.1.2.1.99.1.1.1.1',
  entPhySensorScale: '1.3.6.1.2.1.99.1.1.1.2',
  entPhySensorPrecision: '1.3.6.1.2.1.99.1.1.1.3',
  entPhySensorValue: '1.3.6.1.2.1.99.1.1.1.4',
  entPhySensorOperStatus: '1.3.6.1.2.1.99.1.1.1.5',
} as const;

/** Types of sensors that have a field of ours. */
const FIELDS = { 6: 'power_watts', 8: 'temperature_celsius', 10: 'fan_rpm' } as const;
/** EntitySensorDataScale: 9 is units, each step is a factor of a thousand. */
const UNITS = 9;

/** Sensors for watts, degrees and turns. Their names are in the table of parts. */
export function entitySensors(found: Found): readonly Sensor[] {
  return rowsOf(found, 'entPhySensorValue', [
    'entPhySensorType',
    'entPhySensorScale',
    'entPhySensorPrecision',
    'entPhySensorOperStatus',
  ]).flatMap((row) => {
    const type = countOf(row.value('entPhySensorType'));
    const field = type === 6 || type === 8 || type === 10 ? FIELDS[type] : null;
    const value = signedOf(row.value('entPhySensorValue'));
    // 1 ok, 2 unavailable, 3 not operational.
    const status = countOf(row.value('entPhySensorOperStatus'));
    if (field === null || value === null || status === 2) return [];
    const scale = countOf(row.value('entPhySensorScale')) ?? UNITS;
    const precision = signedOf(row.value('entPhySensorPrecision')) ?? 0;
    // The limits of RFC 3433.
    if (scale < 1 || scale > 17 || precision < -8 || precision > 9) return [];
    const figure = value * 1000 ** (scale - UNITS) * 10 ** -precision;
    const working = status === 1 ? { oper_status: 1 as const } : status === 3 ? { oper_status: 0 as const } : {};
    return [
      {
        component: `sensor ${row.index}`,
        part: row.index,
        fields: { ...(status === 3 ? {} : { [field]: figure }), ...working },
      },
    ];
  });
}
