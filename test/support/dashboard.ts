import { readFileSync } from 'node:fs';
import { z } from 'zod';

const file = new URL('../../deploy/grafana/dashboards/fleet.json', import.meta.url);

export const datasource = z.object({ type: z.string(), uid: z.string() });

const panel = z.object({
  title: z.string(),
  datasource: datasource.optional(),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z.array(z.object({ refId: z.string(), datasource, query: z.string() })).default([]),
});

const variable = z.object({ name: z.string(), datasource, query: z.object({ query: z.string() }) });

/** What the tests need to know of the dashboard for Grafana. */
export const dashboard = z
  .object({ panels: z.array(panel), templating: z.object({ list: z.array(variable) }) })
  .parse(JSON.parse(readFileSync(file, 'utf8')));

/** Every Flux text in it: of the panels, and of the lists to choose from. */
export const dashboardQueries: readonly string[] = [
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ query }) => query)),
  ...dashboard.templating.list.map(({ query }) => query.query),
];

/**
 * A query as Grafana 12 sends it, for half-hour steps of a time range: it replaces any letters before a dot that one of six names
 * follows, so that `r.organization` would become the name of InfluxDB's organization, and `${name:doublequote}` by the value that is
 * chosen in the list of that name.
 */
export function asGrafanaSends(
  query: string,
  { bucket, org }: { readonly bucket: string; readonly org: string },
  [start, stop]: readonly [number, number],
  chosen: Readonly<Record<string, string>>,
): string {
  const own: Readonly<Record<string, string>> = {
    timeRangeStart: new Date(start).toISOString(),
    timeRangeStop: new Date(stop).toISOString(),
    windowPeriod: '30m0s',
    bucket: JSON.stringify(bucket),
    defaultBucket: JSON.stringify(bucket),
    organization: JSON.stringify(org),
  };
  return query
    .replaceAll(/\$\{(?<name>\w+):doublequote\}/gu, (_all, name: string) => JSON.stringify(chosen[name] ?? name))
    .replaceAll(/[a-zA-Z]+\.(?<name>[a-zA-Z]+)/gu, (all: string, name: string) => own[name] ?? all);
}
