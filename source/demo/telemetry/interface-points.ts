import type { Point, PointTags } from '../../model/telemetry.ts';
import { chance, wander } from './chance.ts';
import type { GeneratedRouter } from './generated-router.ts';

const MINUTE_MS = 60_000;
/** Shares of the routers whose first interface has errors, and whose last one is down. */
const FAULTY = 0.06;
const DOWN = 0.04;

/** Two to four interfaces, read once a minute; their traffic follows the router's daily load. */
export function interfacePoints(
  router: GeneratedRouter,
  name: string,
  tags: PointTags,
  time: number,
  load: number,
): readonly Point[] {
  const count = 2 + Math.floor(3 * chance(name, 'interfaces'));
  return Array.from({ length: count }, (_, index) => {
    const isDown = index === count - 1 && chance(name, 'down') < DOWN;
    const isFaulty = index === 0 && chance(name, 'faulty') < FAULTY;
    // Bytes per second: half a megabyte to a few tens of them.
    const size = 500_000 * 60 ** chance(name, 'size', index);
    const swing = 0.3 + load + 0.3 * wander(`${name} in ${index}`, time, 3 * MINUTE_MS);
    const out = 0.2 + wander(`${name} out ${index}`, time, 5 * MINUTE_MS);
    return {
      measurement: 'interfaces',
      tags,
      time,
      interfaceName: interfaceName(router.vendor, index),
      fields: {
        in_bytes_rate: isDown ? 0 : Math.round(size * swing),
        out_bytes_rate: isDown ? 0 : Math.round(size * swing * out),
        error_count: isFaulty ? Math.floor(8 * chance(name, 'errors', time)) : 0,
        admin_status: 1,
        oper_status: isDown ? 0 : 1,
      },
    } as const;
  });
}

function interfaceName(vendor: string | null, index: number): string {
  if (vendor === 'Juniper') return `ge-0/0/${index}`;
  return vendor === 'Arista' ? `Ethernet${index + 1}` : `GigabitEthernet0/0/${index}`;
}
