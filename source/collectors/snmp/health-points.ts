import type { Point, PointTags } from '../../model/telemetry.ts';
import type { Health, Sensor } from './profile.ts';

/** The component whose uptime is the router's. */
const CHASSIS = 'chassis';

/** What a router's figures are as points. */
export function healthPoints(
  { cpu, memory, sensors }: Health,
  uptimeSeconds: number | null,
  tags: PointTags,
  time: number,
): readonly Point[] {
  const common = { tags, time };
  return [
    ...(cpu === null ? [] : [{ measurement: 'cpu', ...common, fields: cpu } as const]),
    ...(memory === null ? [] : [{ measurement: 'memory', ...common, fields: memory } as const]),
    ...byComponent(uptimeSeconds, sensors).map(
      ({ component, fields }) => ({ measurement: 'system', ...common, component, fields }) as const,
    ),
  ];
}

/** One point a component: a second one of the same name and time would replace the first. */
function byComponent(uptimeSeconds: number | null, sensors: readonly Sensor[]): readonly Sensor[] {
  const components = new Map<string, Sensor['fields']>();
  if (uptimeSeconds !== null) components.set(CHASSIS, { uptime_seconds: uptimeSeconds });
  for (const { component, fields } of sensors) {
    let name = component;
    for (let number = 2; sharesField(components.get(name), fields); number += 1) name = `${component} (${number})`;
    components.set(name, { ...components.get(name), ...fields });
  }
  return [...components].map(([component, fields]) => ({ component, fields }));
}

function sharesField(known: Sensor['fields'] | undefined, fields: Sensor['fields']): boolean {
  return known !== undefined && Object.keys(fields).some((name) => name in known);
}
