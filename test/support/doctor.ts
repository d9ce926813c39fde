import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { z } from 'zod';
import { run as runDoctor } from '../../source/cli/doctor.ts';
import type { Run } from '../../source/cli/shell.ts';
import { databaseVariables } from './cli.ts';
import type { TestDatabase } from './postgres.ts';

const reportForm = z.object({
  ok: z.boolean(),
  findings: z.array(z.object({ check: z.string(), state: z.string(), found: z.string(), advice: z.string() })),
});

/** The exit code, and what doctor found that is not well: `fail login: ...`. */
export interface Diagnosis {
  readonly code: number;
  readonly found: readonly string[];
}

/** All is well. */
export const nothing: Diagnosis = { code: 0, found: [] };

/** Runs a command within this process, which is far quicker than the program: there are many runs. As `ada`, an admin. */
export async function inProcess(
  database: TestDatabase,
  folder: string,
  run: Run,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly stdout: string }> {
  const login = databaseVariables(database.settings('app_user'));
  const stdout = new PassThrough();
  const shell = {
    env: { ...login, NETUP_OPERATOR: 'ada', NETUP_STATE_DIR: folder, ...env },
    stdin: process.stdin,
    stdout,
    stderr: new PassThrough(),
  };
  const code = await run(argv, shell);
  return { code, stdout: await text(stdout.end()) };
}

/** What doctor says; expects advice with everything that is not well. */
export async function diagnose(
  database: TestDatabase,
  folder: string,
  argv: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Diagnosis> {
  const { code, stdout } = await inProcess(database, folder, runDoctor, ['--json', ...argv], env);
  const { ok, findings } = reportForm.parse(JSON.parse(stdout));
  expect(ok).toBe(code === 0);
  const amiss = findings.filter(({ state }) => state !== 'ok');
  expect(amiss.filter(({ advice }) => advice === '')).toEqual([]);
  return { code, found: amiss.map(({ check, state, found }) => `${state} ${check}: ${found}`) };
}
