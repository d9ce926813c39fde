import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { z } from 'zod';
import type { Platform } from '../../source/model/platform.ts';

const PYTHON = process.env['NETUP_TEST_PYTHON'] ?? 'python3';
const SCRIPT = fileURLToPath(new URL('../netmiko/check.py', import.meta.url));
const DRIVERS = { 'ios-xe': 'cisco_xe', junos: 'juniper_junos', eos: 'arista_eos' } as const;

/** A device that netmiko is to log in to. */
export interface NetmikoDevice {
  readonly platform: Platform;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string | undefined;
  /** Commands to read with the templates that come with netmiko. */
  readonly commands?: readonly string[];
}

const answersSchema = z.array(
  z.object({
    prompt: z.string(),
    version: z.string(),
    parsed: z.array(z.record(z.string(), z.unknown())),
    tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
  }),
);

/** Skips the test where Python has no netmiko. */
export function needsNetmiko(context: TestContext): void {
  const found = spawnSync(PYTHON, ['-c', 'import netmiko']).status === 0;
  context.skip(!found, `${PYTHON} has no netmiko; NETUP_TEST_PYTHON may name a Python that has`);
}

/** What netmiko finds on each device. */
export async function readByNetmiko(devices: readonly NetmikoDevice[]): Promise<z.infer<typeof answersSchema>> {
  const input = devices.map(({ platform, commands = [], host, port, user, password = '' }) => {
    return { driver: DRIVERS[platform], commands, host, port, user, password };
  });
  const child = spawn(PYTHON, [SCRIPT]);
  const printed: Buffer[] = [];
  const complained: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complained.push(chunk));
  child.stdin.end(JSON.stringify(input));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('close', resolve);
  if ((await promise) !== 0) throw new Error(Buffer.concat(complained).toString());
  return answersSchema.parse(JSON.parse(Buffer.concat(printed).toString()));
}
