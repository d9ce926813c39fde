import type { Point, PointTags } from '../../model/telemetry.ts';
import { chance, wander } from './chance.ts';
import type { Ailment } from './generated-router.ts';

const MINUTE_MS = 60_000;
/** Share of the routers one of whose fans stands still. */
const FAN_BROKEN = 0.02;

/** Temperature, power and fans; the fans turn faster, and the air is warmer, where the load is high. */
export function sensorPoints(
  name: string,
  tags: PointTags,
  time: number,
  { ailment, load }: { readonly ailment: Ailment; readonly load: number },
): readonly Point[] {
  const heat = ailment === 'hot' ? 1 : 0.5 * load + 0.2 * wander(`${name} heat`, time, 30 * MINUTE_MS);
  const celsius = 24 + 8 * chance(name, 'room') + 25 * heat;
  const watts = 120 + 300 * chance(name, 'size of the supply') + 60 * heat;
  const measured = { measurement: 'system', tags, time } as const;
  return [
    { ...measured, component: 'chassis', fields: { temperature_celsius: Math.round(celsius * 10) / 10 } },
    { ...measured, component: 'PSU 1', fields: { power_watts: Math.round(watts), oper_status: 1 } },
    ...[1, 2].map((fan) => {
      const isBroken = fan === 2 && chance(name, 'broken fan') < FAN_BROKEN;
      const fan_percent = isBroken ? 0 : Math.round(30 + 65 * heat);
      return { ...measured, component: `fan ${fan}`, fields: { fan_percent, oper_status: isBroken ? 0 : 1 } } as const;
    }),
  ];
}
