import type { SensorReading } from '../../../model/telemetry.ts';
import { formatAge, formatSpan } from '../../format/age.ts';
import { formatCount } from '../../format/numbers.ts';
import type { Part } from '../../text/parts.ts';
import { fit } from '../../text/width.ts';
import { heading, type LineParts } from '../upgrade/parts.ts';

/** Sensors are read less often than the rest. */
const OLD_AFTER_MS = 15 * 60_000;

/** A line for each component; nothing for a router that has told of none, as most that are read over SNMP alone. */
export function sensorLines(sensors: readonly SensorReading[], now: number): readonly LineParts[] {
  if (sensors.length === 0) return [];
  return [[], heading('SENSORS', ''), ...sensors.map((reading) => sensorLine(reading, now))];
}

function sensorLine(reading: SensorReading, now: number): LineParts {
  const age = now - reading.at;
  return [
    ' ',
    stateOf(reading),
    ` ${fit(reading.component, 24)} ${figuresOf(reading).join('  ')}`,
    { tone: 'muted', text: age < OLD_AFTER_MS ? '' : `  ${formatAge(age)} old` },
  ];
}

function stateOf({ working }: SensorReading): Part {
  if (working === null) return '       ';
  return working ? { tone: 'good', text: '✔ ok   ' } : { tone: 'bad', text: '✖ fault' };
}

/** What the component told of, and nothing else. */
function figuresOf(reading: SensorReading): string[] {
  const { temperatureCelsius, powerWatts, fanRpm, fanPercent, uptimeSeconds } = reading;
  return [
    temperatureCelsius === null ? [] : `${temperatureCelsius.toFixed(1)} °C`,
    powerWatts === null ? [] : `${formatCount(Math.round(powerWatts))} W`,
    fanRpm === null ? [] : `${formatCount(Math.round(fanRpm))} rpm`,
    fanPercent === null ? [] : `${Math.round(fanPercent)}%`,
    uptimeSeconds === null ? [] : `up ${formatSpan(uptimeSeconds * 1000)}`,
  ].flat();
}
