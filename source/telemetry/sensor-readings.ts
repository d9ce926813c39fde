import type { FieldName } from '../model/measurements/definitions.ts';
import type { SensorReading } from '../model/telemetry.ts';
import { type FieldPoint, type FieldValue, flagIn, numberIn } from './field-points.ts';

/** The newest value of each field of each component, by component. `points` are oldest first. */
export function sensorReadings(points: readonly FieldPoint[]): SensorReading[] {
  const newest = new Map<string, { at: number; readonly fields: Map<string, FieldValue> }>();
  for (const { part, at, fields } of points) {
    const component = newest.get(part) ?? { at, fields: new Map<string, FieldValue>() };
    newest.set(part, component);
    component.at = at;
    for (const [name, value] of fields) component.fields.set(name, value);
  }
  return [...newest]
    .map(([component, { at, fields }]) => readingOf(component, at, fields))
    .toSorted((one, other) => (one.component < other.component ? -1 : 1));
}

function readingOf(component: string, at: number, fields: ReadonlyMap<string, FieldValue>): SensorReading {
  const value = (name: FieldName<'system'>): number | null => numberIn(fields, name);
  return {
    component,
    uptimeSeconds: value('uptime_seconds'),
    temperatureCelsius: value('temperature_celsius'),
    powerWatts: value('power_watts'),
    fanRpm: value('fan_rpm'),
    fanPercent: value('fan_percent'),
    working: flagIn(fields, 'oper_status'),
    at,
  };
}
