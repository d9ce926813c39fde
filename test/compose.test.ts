import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { COMMANDS } from '../source/cli/commands.ts';
import { VARIABLES } from '../source/config/variables.ts';

const require = createRequire(import.meta.url);
const root = path.join(import.meta.dirname, '..');
const contentOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const text = contentOf('docker-compose.yml');
const document: unknown = parse(text, { merge: true });

const service = z.object({
  image: z.string(),
  command: z.array(z.string()).default([]),
  entrypoint: z.array(z.string()).default([]),
  restart: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
});
const { services, volumes } = z
  .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
  .parse(document);
const each = Object.entries(services);

const example = contentOf('.env.example');
/** Names in .env.example, also those behind a #. */
const named = [...example.matchAll(/^#?(?<name>[A-Z][A-Z_]*)=/gmu)].map((match) => match.groups?.['name'] ?? '');
const used = [...new Set([...text.matchAll(/(?<!\$)\$\{(?<name>\w+)/gu)].map((match) => match.groups?.['name'] ?? ''))];

/** The schema that the Compose specification publishes, which dclint carries. */
function specification(): object {
  const folder = path.dirname(require.resolve('dclint/package.json'));
  const schema: unknown = JSON.parse(readFileSync(path.join(folder, 'schemas', 'compose.schema.json'), 'utf8'));
  // It names the address of draft 7 in a way that ajv does not know.
  return { ...z.looseObject({ title: z.literal('Compose Specification') }).parse(schema), $schema: undefined };
}

describe('docker-compose.yml', () => {
  const validate = new Ajv({ strict: false, allErrors: true }).compile(specification());

  test('is valid by the JSON schema of the Compose specification', () => {
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
  });

  test.each([
    ['a misspelt key', { image: 'a', helthcheck: {} }],
    ['a condition that does not exist', { image: 'a', depends_on: { b: { condition: 'service_ready' } } }],
    ['a port that is no port', { image: 'a', ports: [{ target: [] }] }],
  ])('would not be with %s', (_what, wrong) => {
    expect(validate({ services: { wrong } })).toBe(false);
  });

  test('pins every image from elsewhere to one release', () => {
    const images = each.map(([, { image }]) => image).filter((image) => image !== 'netup-tui:local');
    expect(images.filter((image) => !/^[a-z/]+:\d+\.\d+(?:\.\d+)?(?:-[a-z]+)?$/u.test(image))).toEqual([]);
  });

  test('opens its ports to this machine alone', () => {
    const ports = each.flatMap(([, { ports: open }]) => open);
    expect(ports.length).toBeGreaterThan(2);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('mounts files that exist, read-only, and volumes that it declares', () => {
    const mounts = each.flatMap(([, { volumes: mounted }]) => mounted);
    const files = mounts.filter((mount) => mount.startsWith('./'));
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((mount) => !mount.endsWith(':ro'))).toEqual([]);
    expect(files.filter((mount) => !existsSync(path.join(root, mount.split(':')[0] ?? '')))).toEqual([]);
    const volumesUsed = mounts.filter((mount) => !mount.startsWith('./')).map((mount) => mount.split(':')[0]);
    expect(new Set(volumesUsed)).toEqual(new Set(Object.keys(volumes)));
  });

  test('mounts the schema before the script that makes the logins, which can be run', () => {
    const scripts = services['postgres']?.volumes.filter((mount) => mount.includes('/docker-entrypoint-initdb.d/'));
    expect(scripts?.map((mount) => mount.split('/docker-entrypoint-initdb.d/')[1])).toEqual([
      '01-schema.sql:ro',
      '02-logins.sh:ro',
    ]);
    expect(statSync(path.join(root, 'deploy/postgres/02-logins.sh')).mode & 0o111).toBe(0o111);
  });

  test('waits for what it needs: healthy servers, and jobs that ended well', () => {
    const waits = each.flatMap(([, { depends_on: needed }]) => Object.entries(needed));
    const right = waits.map(([name]) => {
      const needed = services[name];
      if (needed?.restart === undefined) return [name, { condition: 'service_completed_successfully' }];
      return [name, { condition: needed.healthcheck === undefined ? 'it has no health check' : 'service_healthy' }];
    });
    expect(waits.length).toBeGreaterThan(1);
    expect(waits).toEqual(right);
  });

  test('asks everything that stays up whether it is ready', async () => {
    const stay = each.filter(([, { restart }]) => restart !== undefined);
    expect(stay.filter(([, { healthcheck }]) => healthcheck === undefined)).toEqual([]);
    const watched = stay.filter(([, { entrypoint }]) => entrypoint.join(' ').includes('netup-tui'));
    expect(watched.map(([name]) => name)).toEqual(['worker', 'collector', 'mcp-postgres', 'mcp-influx']);
    let status = 503;
    const server = createServer((request, response) =>
      response.writeHead(request.url === '/readyz' ? status : 404).end(),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const port = z.object({ port: z.number() }).parse(server.address()).port;
    expect(watched.filter(([, { entrypoint }]) => !entrypoint.at(-1)?.endsWith(' --metrics 9464'))).toEqual([]);
    const asked = new Set(watched.map(([, { healthcheck }]) => JSON.stringify(healthcheck?.test)));
    const [how, program, flag, script = ''] = watched[0]?.[1].healthcheck?.test ?? [];
    expect([asked.size, how, program, flag]).toEqual([1, 'CMD', 'node', '--eval']);
    for (const code of [1, 0]) {
      status = code === 0 ? 200 : 503;
      const asking = execFile(process.execPath, ['--eval', script.replace('127.0.0.1:9464', `127.0.0.1:${port}`)]);
      expect((await once(asking, 'exit'))[0]).toBe(code);
    }
    server.close();
  });

  test('gives what reads and writes telemetry the server that the collector writes to, and its token', () => {
    for (const name of ['worker', 'collector', 'mcp-postgres', 'mcp-influx']) {
      expect(services[name]?.environment['INFLUX_URL']).toBe('http://influxdb:8086');
      expect(services[name]?.depends_on['influx-setup']).toEqual({ condition: 'service_completed_successfully' });
      const sourced = /\/etc\/netup-tui\/[\w-]+\.sh/u.exec(services[name]?.entrypoint.join(' ') ?? '')?.[0] ?? '';
      const file = services[name]?.volumes.find((mount) => mount.endsWith(`:${sourced}:ro`))?.split(':')[0] ?? '';
      expect(contentOf(file)).toContain('export INFLUX_TOKEN');
    }
  });

  test('has no job that nothing waits for: `up --wait` would take its end for a failure', () => {
    const jobs = each.filter(([, { restart }]) => restart === undefined).map(([name]) => name);
    const waitedFor = each.flatMap(([, { depends_on: needed }]) => Object.keys(needed));
    expect(jobs.length).toBeGreaterThan(0);
    expect(jobs.filter((name) => !waitedFor.includes(name))).toEqual([]);
  });

  test('gives no service more privileges than it names', () => {
    for (const [, { cap_drop: dropped, security_opt: options }] of each) {
      expect([dropped, options]).toEqual([['ALL'], ['no-new-privileges:true']]);
    }
  });

  test('runs commands of ours that exist', () => {
    const ours = each.filter(([, { image }]) => image === 'netup-tui:local');
    const commands = ours.map(([, { command, entrypoint }]) =>
      entrypoint.length === 0
        ? command.join(' ')
        : /netup-tui (?<words>[a-z ]+[a-z])/u.exec(entrypoint.join('\n'))?.[1],
    );
    expect(commands.length).toBeGreaterThan(0);
    const known = COMMANDS.map(({ words }) => words.join(' '));
    expect(commands.filter((command) => command === undefined || !known.includes(command))).toEqual([]);
  });

  test('has no secret in a command', () => {
    const words = each.flatMap(([, { command, entrypoint, healthcheck }]) => [
      ...command,
      ...entrypoint,
      ...(healthcheck?.test ?? []),
    ]);
    expect(words.length).toBeGreaterThan(5);
    expect(words.filter((word) => /PASSWORD|TOKEN/u.test(word))).toEqual([]);
  });

  test('gives the worker its own login', () => {
    expect(services['worker']?.environment).toMatchObject({
      PG_USER: '${PG_WORKER_USER:-mcp_worker}',
      PG_PASSWORD: '${PG_WORKER_PASSWORD:?set PG_WORKER_PASSWORD in .env}',
    });
  });

  test('gives the administrator only to the server and to `migrate`', () => {
    const holders = each.filter(([, { environment }]) => JSON.stringify(environment).includes('PG_ADMIN_PASSWORD'));
    expect(holders.map(([name]) => name)).toEqual(['postgres', 'migrate']);
  });

  test('asks for every secret, so that none is empty', () => {
    const secrets = used.filter((name) => /PASSWORD|TOKEN/u.test(name));
    expect(secrets.filter((name) => !text.includes(`\${${name}:?set ${name} in .env}`))).toEqual([]);
  });
});

describe('.env.example', () => {
  test('names every variable that compose fills in', () => {
    expect(used.filter((name) => !named.includes(name))).toEqual([]);
  });

  test('names every variable that the program reads', () => {
    expect(VARIABLES.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([]);
  });

  test('names nothing that neither of them reads, and nothing twice', () => {
    const known = [...used, ...VARIABLES.map(({ name }) => name)];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
    expect(named).toEqual([...new Set(named)]);
  });

  test('has no value for a secret', () => {
    expect(example.match(/^#?\w*(?:PASSWORD|TOKEN)=.+$/gmu)).toBeNull();
  });

  test('gives what compose takes where a variable is not set', () => {
    const defaults = [...text.matchAll(/\$\{(?<name>\w+):-(?<value>[^}]+)\}/gu)];
    expect(defaults.length).toBeGreaterThan(5);
    for (const { groups } of defaults) {
      expect(example).toMatch(new RegExp(`^#?${groups?.['name']}=${groups?.['value']}$`, 'mu'));
    }
  });
});
