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
