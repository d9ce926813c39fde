import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openDatabase } from '../source/postgres/database.ts';
import { openEmbeddedStore } from '../source/telemetry/embedded/embedded-store.ts';
import { databaseVariables, useCli } from './support/cli.ts';
import { connect, type Era, refusalOf } from './support/mcp.ts';
import { type DatabaseRole, useDatabase } from './support/postgres.ts';
import { writeSteady } from './support/steady-telemetry.ts';

const root = path.join(import.meta.dirname, '..');
const bin = path.join(root, 'bin', 'netup-tui.js');
const inspector = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector/package.json')),
  'clients/launcher/build/index.js',
);
const run = promisify(execFile);
const test = useDatabase();
const cli = useCli();
const home = mkdtempSync(path.join(tmpdir(), 'netup-mcp-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

beforeAll(async () => {
  const seed = await test.seed();
  const worker = openDatabase(test.settings('netup_worker'));
  await writeSteady(openEmbeddedStore(worker), seed.acme.id, ['ams-edge-01']);
  await worker.close();
});

function variables(role: DatabaseRole = 'netup_readonly', operator = 'ben'): Record<string, string> {
  const writer = test.settings('app_user');
  return {
    ...databaseVariables(test.settings(role)),
    NETUP_MCP_PG_USER: writer.user,
    NETUP_MCP_PG_PASSWORD: writer.password,
    NETUP_OPERATOR: operator,
    NETUP_ORGANIZATION: 'acme',
    NETUP_STATE_DIR: path.join(home, 'state'),
    HOME: home,
    PATH: process.env['PATH'] ?? '',
  };
}

describe.each(['modern', 'legacy'] as const)('over standard input and output, with the %s protocol,', (era: Era) => {
  it.each([
    ['postgres', 'get_router', { router_id: 'ams-edge-01' }, { router: { hostname: 'ams-edge-01' } }],
    ['influx', 'health_summary', { router_id: 'ams-edge-01', window: '2h' }, { health: { cpu_mean: 30 } }],
  ])('mcp %s answers %s', async (server, name, given, expected) => {
    const mode = era === 'legacy' ? era : { pin: '2026-07-28' };
    const client = new Client({ name: 'test', version: '0' }, { versionNegotiation: { mode } });
    const args = [bin, 'mcp', server];
    const transport = new StdioClientTransport({
      command: process.execPath,
      args,
      env: variables(),
      stderr: 'pipe',
    });
    let log = '';
    transport.stderr?.on('data', (chunk) => (log += String(chunk)));
    await client.connect(transport);
    expect((await client.callTool({ name, arguments: given })).structuredContent).toMatchObject(expected);
    expect(refusalOf(await client.callTool({ name, arguments: { ...given, router_id: 'nowhere' } }))).toContain(
      'no router',
    );
    await client.close();
    const lines = log.split('\n').filter((line) => line !== '');
    expect(lines.map((line) => logLine.parse(JSON.parse(line)).message)).toEqual(
      expect.arrayContaining(['serving', 'call']),
    );
    expect(log).not.toContain('ams-edge-01');
  });
});

it('bears what is no message, and ends when its input does', async () => {
  const child = spawn(process.execPath, [bin, 'mcp', 'postgres'], { env: variables() });
  const ended = once(child, 'close');
  const clientInfo = { name: 'raw', version: '0' };
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  const batch = Array.from({ length: 500 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' }));
  for (const line of ['{"jsonrpc": ', 'null', '[]', JSON.stringify(batch), '{"jsonrpc":"2.0","method":7}']) {
    child.stdin.write(`${line}\n`);
  }
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 'first', method: 'initialize', params })}\n`);
  let answers = '';
  for await (const chunk of child.stdout) {
    answers += String(chunk);
    // Each line of its output is a message, the last one the answer to the first good one.
    if (answers.includes('"first"')) child.stdin.end();
  }
  expect(
    answers
      .trimEnd()
      .split('\n')
      .map((line) => z.looseObject({ id: z.unknown() }).parse(JSON.parse(line)))
      .at(-1),
  ).toMatchObject({
    id: 'first',
    result: { protocolVersion: '2025-06-18', serverInfo: { name: 'netup-tui-postgres' } },
  });
  expect(await ended).toEqual([0, null]);
});

const logLine = z.looseObject({ time: z.string(), level: z.string(), server: z.string(), message: z.string() });

/** What the Inspector prints as JSON, asking one of the servers of its configuration file. */
async function inspect(server: 'postgres' | 'influx', ...argv: readonly string[]): Promise<unknown> {
  const file = path.join(home, 'mcp.json');
  const entry = (name: string) => ({ command: process.execPath, args: [bin, 'mcp', name], env: variables() });
  writeFileSync(file, JSON.stringify({ mcpServers: { postgres: entry('postgres'), influx: entry('influx') } }));
  const args = [inspector, '--cli', '--config', file, '--server', server, ...argv];
  const { stdout } = await run(process.execPath, args, { env: { PATH: process.env['PATH'], HOME: home }, cwd: home });
  return JSON.parse(stdout);
}

describe('the command line of the MCP Inspector', () => {
  it.each([
    ['postgres', 8],
    ['influx', 5],
  ] as const)('finds the tools of mcp %s, and no fault in their schemas', async (server, count) => {
    const found = await inspect(server, '--method', 'tools/list', '--strict');
    expect(z.object({ tools: z.array(z.unknown()) }).parse(found).tools).toHaveLength(count);
  });

  it('calls one', async () => {
    const what = ['--method', 'tools/call', '--tool-name', 'get_router', '--tool-arg', 'router_id=ams-core-01'];
    expect(await inspect('postgres', ...what)).toMatchObject({
      structuredContent: { router: { router_id: 'ams-core-01', target_ver: '17.12.03' } },
    });
  });
});

describe('over HTTP', () => {
  it('a token that the command line makes is good until it is revoked there', async () => {
    const file = path.join(home, 'token');
    const admin = { ...variables('app_user', 'ada') };
    const added = await cli.run(
      ['mcp', 'tokens', 'add', 'night', '--operator', 'ben', '--role', 'operator', '--file', file],
      admin,
    );
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('acts for ben as operator') });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const token = readFileSync(file, 'utf8').trim();
    const server = cli.start(['mcp', 'postgres', '--http', '0'], variables());
    const { port } = await listening(server.child.stderr);
    const url = `http://127.0.0.1:${port}/mcp`;
    const client = await connect(url, token);
    const answer = await client.callTool({ name: 'list_routers', arguments: { limit: 1 } });
    expect(answer.structuredContent).toMatchObject({ routers: [{ router_id: 'ams-core-01' }] });
    const inspected = await run(
      process.execPath,
      [inspector, '--cli', url, '--header', `Authorization: Bearer ${token}`, '--method', 'tools/list'],
      { env: { PATH: process.env['PATH'], HOME: home }, cwd: home },
    );
    expect(JSON.parse(inspected.stdout)).toMatchObject({ tools: expect.arrayContaining([expect.anything()]) });
    const listed = await cli.run(['mcp', 'tokens', 'list', '--json'], admin);
    expect(listed.stdout).toContain('"name":"night"');
    expect(listed.stdout + added.stdout).not.toContain(token);
    expect(await cli.run(['mcp', 'tokens', 'revoke', 'night'], admin)).toMatchObject({ code: 0 });
    await expect(client.callTool({ name: 'list_routers', arguments: {} })).rejects.toThrow('not in force');
    expect(await cli.run(['mcp', 'tokens', 'revoke', 'night'], admin)).toMatchObject({ code: 1 });
    const trail = await test.admin`
      SELECT action, actor_name, target_id FROM audit_events WHERE target_type = 'mcp_token' ORDER BY seq`;
    expect([...trail]).toEqual([
      { action: 'mcp_token.add', actor_name: 'ada', target_id: 'night' },
      { action: 'mcp_token.revoke', actor_name: 'ada', target_id: 'night' },
    ]);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  });

  it.each([
    [['--http', '0.0.0.0:8765'], 'other machines'],
    [['--http', 'x:y:z'], 'is no address'],
    [['--origin', 'example.com'], 'are for --http'],
    [['--http', '8765', '--rate', '0'], '--rate is a whole number'],
  ])('%j is refused', async (argv, fault) => {
    expect(await cli.run(['mcp', 'influx', ...argv], variables())).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(fault),
    });
  });
});

it.each([
  ['a login that can write', variables('app_user'), 'is not a member of netup_readonly'],
  ['nobody', { ...variables(), NETUP_OPERATOR: 'mallory' }, 'no active operator'],
  ['a writer that only reads', { ...variables(), NETUP_MCP_PG_USER: 'netup_readonly' }, 'set NETUP_MCP_PG_USER'],
])('mcp postgres does not start with %s', async (_what, env, fault) => {
  expect(await cli.run(['mcp', 'postgres'], env)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining(fault),
  });
});

it('gives tokens for others to admins alone', async () => {
  const env = variables('app_user', 'ben');
  expect(await cli.run(['mcp', 'tokens', 'add', 'x', '--operator', 'ana'], env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('takes the role admin'),
  });
  const own = await cli.run(['mcp', 'tokens', 'add', 'mine', '--expires', '1d'], env);
  expect(own).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/acts for ben as viewer.*\n.*\nnetup_mcp_[\w-]{43}\n$/u),
  });
  expect(await cli.run(['mcp', 'tokens', 'add', 'mine'], env)).toMatchObject({ code: 1 });
  expect((await cli.run(['mcp', 'tokens', 'list'], env)).stdout).toMatch(
    /mine +ben +viewer +ben +\d{4}-\d\d-\d\d +never +in force/u,
  );
});

/** Where a server says that it listens. Closes the stream, which the server has to bear. */
async function listening(stream: NodeJS.ReadableStream): Promise<{ readonly port: number }> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    const line = text.split('\n').find((one) => one.includes('"serving"'));
    if (line !== undefined) return z.looseObject({ port: z.number() }).parse(JSON.parse(line));
  }
  throw new Error(`It ended: ${text}`);
}
