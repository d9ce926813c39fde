import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../config/user-error.ts';
import { DeviceError } from '../devices/device-error.ts';
import { DatabaseUnavailable, OutcomeUnknown } from '../postgres/database.ts';
import { TelemetryUnavailable } from '../telemetry/store.ts';
import { UpgradeRefused } from '../upgrades/errors.ts';
import { exitCode } from './console-exit.ts';
import { reportFailure } from './report-failure.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'netup-failure-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function report(error: unknown): { code: number; said: string } {
  const stderr = new PassThrough({ encoding: 'utf8' });
  const env = { NETUP_STATE_DIR: folder, PG_PASSWORD: 'hunter22' };
  const code = reportFailure(error, 'doctor', { env, stderr, stdout: stderr, stdin: process.stdin });
  return { code, said: String(stderr.read()) };
}

test.each([
  [new UserError('Say what.', { exitCode: 2 }), 2],
  [new DatabaseUnavailable('PostgreSQL does not answer.'), 1],
  [new OutcomeUnknown('It may have been saved.'), 1],
  [new TelemetryUnavailable('InfluxDB does not answer.'), 1],
  [new DeviceError('timeout', 'r1 does not answer.'), 1],
  [new UpgradeRefused('conflict', 'r1 has an upgrade.'), 1],
])('%s is its own sentence, without a report', (error, code) => {
  expect(report(error)).toEqual({ code, said: `${error.message}\n` });
  expect(readdirSync(folder)).toEqual([]);
});

test('what was said by a device cannot change the terminal, nor secrets be seen', () => {
  expect(report(new UserError('r1 says \u001b[2Jhello hunter22')).said).toBe('r1 says hello [secret]\n');
});

test('a defect leaves a report with its stack, and says where', () => {
  const { code, said } = report(new TypeError('x is not a function: hunter22'));
  expect(code).toBe(70);
  const [file = ''] = readdirSync(folder);
  expect(said).toBe(
    'netup-tui stopped because of a defect: TypeError: x is not a function: [secret]\n' +
      `The report is in ${path.join(folder, file)}; it has no secrets, please send it along.\n`,
  );
  const text = readFileSync(path.join(folder, file), 'utf8');
  expect(text).toContain('report-failure.test.ts');
  expect(text).not.toContain('hunter22');
});

test('a defect names the log, if there is one, also after the console', () => {
  const log = path.join(folder, 'netup-tui.log');
  writeFileSync(log, '');
  const last = `What happened before is in ${log}.\n`;
  expect(report(new TypeError('x')).said.endsWith(last)).toBe(true);

  const stderr = new PassThrough({ encoding: 'utf8' });
  const shell = { env: { NETUP_STATE_DIR: folder }, stderr, stdout: stderr, stdin: process.stdin };
  expect(exitCode({ reason: 'crash', error: new TypeError('x'), reportPath: '/crash/report.txt' }, shell)).toBe(70);
  expect(String(stderr.read())).toBe(
    'netup-tui stopped because of a defect: TypeError: x\n' +
      `The report is in /crash/report.txt; it has no secrets, please send it along.\n${last}`,
  );
});
