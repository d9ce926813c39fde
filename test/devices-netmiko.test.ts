import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { PLATFORMS } from '../source/model/platform.ts';
import { DEVICES, simulate } from './support/simulated.ts';

const PYTHON = process.env['NETUP_TEST_PYTHON'] ?? 'python3';
const SCRIPT = fileURLToPath(new URL('netmiko/check.py', import.meta.url));
const DRIVERS = { 'ios-xe': 'cisco_xe', junos: 'juniper_junos', eos: 'arista_eos' } as const;

const answersSchema = z.array(
  z.object({ prompt: z.string(), version: z.string(), parsed: z.array(z.record(z.string(), z.unknown())) }),
);

test('netmiko finds prompts, turns paging off, and reads show version', { timeout: 120_000 }, async (context) => {
  const found = spawnSync(PYTHON, ['-c', 'import netmiko']).status === 0;
  context.skip(!found, `${PYTHON} has no netmiko; NETUP_TEST_PYTHON may name a Python that has`);
  const devices: unknown[] = [];
  for (const platform of PLATFORMS) {
    const { target } = await simulate(platform);
    const { host, port, user, password } = target;
    devices.push({ driver: DRIVERS[platform], host, port, user, password });
  }
  const answers = answersSchema.parse(JSON.parse(await runScript(JSON.stringify(devices))));
  expect(answers.map(({ prompt }) => prompt)).toStrictEqual(['ams-edge-01#', 'netops@fra-core-01>', 'lon-leaf-01#']);
  for (const [at, platform] of PLATFORMS.entries()) {
    expect(answers[at]?.version).toContain(DEVICES[platform].version);
    expect(answers[at]?.version).not.toMatch(/more/iu);
  }
  expect(answers.map(({ parsed }) => parsed[0])).toMatchObject([
    {
      hostname: 'ams-edge-01',
      version: '17.9.4a',
      hardware: ['C8300-2N2S-4T2X'],
      serial: ['SIM0000001'],
      config_register: '0x2102',
    },
    { hostname: 'fra-core-01', junos_version: '22.4R3-S2', model: 'mx204' },
    { image: '4.31.2F', model: 'DCS-7280SR3-48YC8', serial_number: 'SIM0000001' },
  ]);
});

async function runScript(input: string): Promise<string> {
  const child = spawn(PYTHON, [SCRIPT]);
  const printed: Buffer[] = [];
  const complained: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complained.push(chunk));
  child.stdin.end(input);
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('close', resolve);
  if ((await promise) !== 0) throw new Error(Buffer.concat(complained).toString());
  return Buffer.concat(printed).toString();
}
