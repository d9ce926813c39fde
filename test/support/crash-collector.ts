import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Collector } from '../../source/collectors/collector.ts';
import type { Poller } from '../../source/collectors/poller.ts';
import { openDatabase } from '../../source/postgres/database.ts';

/**
 * A collector in a process of its own, to be killed. Its routers are pages of a web server, which knows who asks for which and when. Ends
 * cleanly when something comes in on its standard input.
 */
const settings = z
  .object({
    host: z.string(),
    port: z.number(),
    database: z.string(),
    user: z.string(),
    password: z.string(),
    devices: z.string(),
    intervalMs: z.number(),
    terms: z.object({ lease: z.number(), margin: z.number(), intervalMs: z.number() }),
  })
  .parse(JSON.parse(process.env['NETUP_CRASH_COLLECTOR'] ?? ''));
const database = openDatabase({ ...settings, sslMode: 'disable', poolSize: 4 }, { applicationName: 'crash collector' });
const poller: Poller = {
  name: 'snmp',
  parts: ['health'],
  async poll({ organizationId, routerId, vendor, site }, _parts, signal) {
    const at = Date.now();
    await fetch(`${settings.devices}/${routerId}?who=${process.pid}`, { signal });
    const tags = {
      organization: organizationId,
      router_id: routerId,
      vendor: vendor ?? 'unknown',
      site: site ?? 'unknown',
    };
    return {
      at,
      points: [{ measurement: 'cpu', tags, time: at, fields: { usage_percent: 12 } }],
      facts: null,
      missing: [],
    };
  },
  forget: () => undefined,
  close: () => Promise.resolve(),
};
const tell = (message: string): void => void process.stderr.write(`${message}\n`);
const { intervalMs } = settings;
const collector = new Collector({
  database,
  telemetry: { write: (points) => Promise.resolve({ accepted: points.length, refused: {} }) },
  presence: {
    id: randomUUID(),
    host: hostname(),
    pid: process.pid,
    programVersion: 'test',
    atOnce: 100,
    organizations: null,
  },
  pollersOf: () => [poller],
  prepare: () => Promise.resolve(),
  intervals: { health: intervalMs, errors: intervalMs, interfaces: intervalMs, facts: intervalMs },
  timeoutMs: 5000,
  terms: settings.terms,
  writeMs: 500,
  log: { info: tell, warn: tell, error: (message, error) => tell(`${message} ${String(error)}`) },
});
await collector.start();
process.stdin.once('data', () => {
  void collector
    .stop()
    .then(() => database.close())
    .then(() => process.exit(0));
});
