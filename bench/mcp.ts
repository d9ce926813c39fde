import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { startLargeFleet } from './large-fleet.ts';
import { usageOfTree } from './process-tree.ts';
import { quantile, type Result, result } from './result.ts';

const ROUTERS = 10_000;
const ROUNDS = 3;
const CALLS = 60;
/** Below the rate that a token has. */
const EVERY_MS = 110;
const GOAL = 2;
const MOST_OF_A_CORE = 10;
const PROGRAM = 'bin/netup-tui.js';
const run = promisify(execFile);
const CALL = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'list_routers', arguments: { limit: 50 } },
});

/** How long one token waits for an answer while another floods the server, next to the same without the flood. */
export async function benchMcp(): Promise<readonly Result[]> {
  const fleet = await startLargeFleet(ROUTERS);
  let server: ChildProcess | undefined;
  try {
    const quiet = await makeToken(fleet.env, 'quiet');
    const loud = await makeToken(fleet.env, 'loud');
    const env = { ...fleet.env, PG_USER: 'netup_readonly' };
    const started = spawn(process.execPath, [PROGRAM, 'mcp', 'postgres', '--http', '0'], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server = started;
    const url = await listeningAt(started.stderr);
    await callSteadily(url, quiet, CALLS);
    const [alone, flooded]: [number[], number[]] = [[], []];
    const cpu = { alone: 0, flooded: 0, seconds: 0 };
    const used = (): number => usageOfTree(started.pid ?? 0).cpuSeconds;
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = used();
      alone.push(...(await callSteadily(url, quiet, CALLS)));
      cpu.alone += used() - before;
      const flood = spawn(process.execPath, ['bench/mcp/flood-process.ts', url, CALL], {
        env: { ...process.env, FLOOD_TOKEN: loud },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const told = text(flood.stdout);
      await delay(1000);
      const [beforeFlood, floodedAt] = [used(), performance.now()];
      flooded.push(...(await callSteadily(url, quiet, CALLS)));
      cpu.flooded += used() - beforeFlood;
      cpu.seconds += (performance.now() - floodedAt) / 1000;
      flood.kill('SIGTERM');
      process.stderr.write(`the flood was answered: ${await told}\n`);
    }
    const p99 = quantile(alone, 0.99);
    return [
      result('MCP call while another token floods: p99', quantile(flooded, 0.99), 'ms', {
        reference: p99,
        goal: GOAL * p99,
      }),
      result('MCP call while another token floods: median', quantile(flooded, 0.5), 'ms', {
        reference: quantile(alone, 0.5),
      }),
      // On a busy machine it says more than the waiting does.
      result('MCP server: what the flood takes of a core', (100 * (cpu.flooded - cpu.alone)) / cpu.seconds, '%', {
        goal: MOST_OF_A_CORE,
      }),
    ];
  } finally {
    if (server !== undefined) {
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
    await fleet.stop();
  }
}

async function makeToken(env: NodeJS.ProcessEnv, name: string): Promise<string> {
  const { stdout } = await run(process.execPath, [PROGRAM, 'mcp', 'tokens', 'add', name], { env });
  return stdout.trim().split('\n').at(-1) ?? '';
}

async function listeningAt(stderr: NodeJS.ReadableStream): Promise<string> {
  // Read on to the end, so that the server never waits for its log.
  const lines = createInterface(stderr);
  const { promise, resolve } = Promise.withResolvers<string>();
  lines.on('line', (line) => {
    if (!line.includes('"serving"')) return;
    resolve(`http://127.0.0.1:${z.looseObject({ port: z.number() }).parse(JSON.parse(line)).port}/mcp`);
  });
  return promise;
}

/** Milliseconds that each call took. */
async function callSteadily(url: string, token: string, calls: number): Promise<readonly number[]> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${token}`,
  };
  const took: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const start = performance.now();
    const response = await fetch(url, { method: 'POST', headers, body: CALL });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`The quiet token got ${response.status}.`);
    took.push(performance.now() - start);
    await delay(EVERY_MS);
  }
  return took;
}
