import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { is_valid_flux as isValidFlux } from '@influxdata/flux-lsp-node';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { asGrafanaSends, dashboard, dashboardQueries, datasource } from './support/dashboard.ts';

const deploy = path.join(import.meta.dirname, '..', 'deploy', 'grafana');
const read = (file: string): string => readFileSync(path.join(deploy, file), 'utf8');

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
const compose = z
  .object({
    services: z.object({
      grafana: z.object({
        environment: z.record(z.string(), z.string()),
        volumes: z.array(z.string()),
        group_add: z.array(z.string()),
      }),
      'influx-setup': z.object({ entrypoint: z.array(z.string()) }),
      influxdb: z.object({}),
    }),
  })
  .parse(parse(readFileSync(path.join(deploy, '..', '..', 'docker-compose.yml'), 'utf8'), { merge: true }));
const { grafana } = compose.services;

describe('what Grafana is given', () => {
  test('is a data source of our InfluxDB, with a token from a file that it may read', () => {
    expect(sources.datasources).toMatchObject([
      { type: 'influxdb', uid: 'netup-influxdb', url: 'http://influxdb:8086', jsonData: { version: 'Flux' } },
    ]);
    const values = sources.datasources.flatMap((source) => [
      ...Object.values(source.jsonData),
      ...Object.values(source.secureJsonData),
    ]);
    expect(sources.datasources[0]?.secureJsonData).toEqual({ token: '$__file{/var/lib/netup-grafana/token}' });
    const names = values.flatMap((value) => /^\$\{(?<name>\w+)\}$/u.exec(value)?.groups?.['name'] ?? []);
    expect(names).toEqual(['INFLUX_ORG']);
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

  test('gets its token in a file for its group, and no other token', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'netup-grafana-'));
    try {
      for (const name of ['netup-influx', 'netup-grafana', 'bin']) mkdirSync(path.join(folder, name));
      const program = path.join(folder, 'bin', 'netup-tui');
      writeFileSync(program, '#!/bin/sh\nprintf "mcp_influx_server=one==\\ngrafana_readonly=two==\\n" > "$5"\n', {
        mode: 0o755,
      });
      const [shell = '', flags = '', script = ''] = compose.services['influx-setup'].entrypoint;
      execFileSync(shell, [flags, script.replaceAll('/var/lib', folder)], {
        env: { PATH: `${path.join(folder, 'bin')}:${process.env['PATH']}` },
      });
      const token = path.join(folder, 'netup-grafana', 'token');
      expect(readFileSync(token, 'utf8')).toBe('two==');
      expect(statSync(token).mode & 0o777).toBe(0o640);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(grafana.volumes).toContain('grafana_token:/var/lib/netup-grafana:ro');
    expect(grafana.volumes.join(' ')).not.toContain('influx_tokens');
    expect(grafana.group_add).toEqual(['1000']);
  });

  test('is asked for in Flux that the official checker takes', () => {
    const sent = (query: string): string =>
      asGrafanaSends(query, { bucket: 'telemetry', org: 'ours' }, [0, 3_600_000], { organization: 'o', router: 'r' });
    expect(dashboardQueries.length).toBeGreaterThan(10);
    expect(dashboardQueries.filter((query) => !isValidFlux(sent(query)))).toEqual([]);
    // It does tell: a bracket that is not closed.
    expect(dashboardQueries.filter((query) => isValidFlux(`${sent(query)}\n|> limit(n: 1`))).toEqual([]);
  });

  test('has no panel that lies over another', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.x + gridPos.w))).toBe(24);
  });
});
