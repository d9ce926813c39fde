import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { dashboard, datasource } from './support/dashboard.ts';

const folder = path.join(import.meta.dirname, '..', 'deploy', 'grafana');
const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');

const sources = z
  .object({
    datasources: z.array(
      datasource.extend({
        url: z.string(),
        jsonData: z.record(z.string(), z.string()),
        secureJsonData: z.record(z.string(), z.string()),
      }),
    ),
  })
  .parse(parse(read('provisioning/datasources/influxdb.yml')));
const providers = z
  .object({ providers: z.array(z.object({ options: z.object({ path: z.string() }) })) })
  .parse(parse(read('provisioning/dashboards/netup-tui.yml')));
const grafana = z
  .object({
    services: z.object({
      grafana: z.object({ environment: z.record(z.string(), z.string()), volumes: z.array(z.string()) }),
      influxdb: z.object({}),
    }),
  })
  .parse(parse(readFileSync(path.join(folder, '..', '..', 'docker-compose.yml'), 'utf8'), { merge: true }))
  .services.grafana;

describe('what Grafana is given', () => {
  test('is a data source of our InfluxDB, with a token from the environment', () => {
    expect(sources.datasources).toMatchObject([
      { type: 'influxdb', uid: 'netup-influxdb', url: 'http://influxdb:8086', jsonData: { version: 'Flux' } },
    ]);
    const values = sources.datasources.flatMap((source) => [
      ...Object.values(source.jsonData),
      ...Object.values(source.secureJsonData),
    ]);
    const names = values.flatMap((value) => /^\$\{(?<name>\w+)\}$/u.exec(value)?.groups?.['name'] ?? []);
    expect(names).toEqual(['INFLUX_ORG', 'INFLUX_BUCKET', 'GRAFANA_TOKEN']);
    expect(names.filter((name) => !(name in grafana.environment))).toEqual([]);
  });

  test('is found where it looks for it', () => {
    expect(grafana.volumes).toContain('./deploy/grafana/provisioning:/etc/grafana/provisioning:ro');
    expect(grafana.volumes).toContain(`./deploy/grafana/dashboards:${providers.providers[0]?.options.path}:ro`);
    expect(grafana.environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']).toBe(
      `${providers.providers[0]?.options.path}/fleet.json`,
    );
  });

  test('is a dashboard that asks this data source alone', () => {
    const asked = [
      ...dashboard.panels.flatMap((one) =>
        [one.datasource ?? [], one.targets.map((target) => target.datasource)].flat(2),
      ),
      ...dashboard.templating.list.map((one) => one.datasource),
    ];
    expect(asked.length).toBeGreaterThan(20);
    expect(new Set(asked.map(({ type, uid }) => `${type} ${uid}`))).toEqual(new Set(['influxdb netup-influxdb']));
  });

  test('has no panel that lies over another', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.x + gridPos.w))).toBe(24);
  });
});
