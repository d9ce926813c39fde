import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkServed } from '../source/cli/doctor/served.ts';
import { readSettings } from '../source/config/environment.ts';
import { findPaths } from '../source/config/paths.ts';
import { openHostKeys } from '../source/serve/host-keys.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'netup-served-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const look = (env: Record<string, string> = {}) => {
  const whole = { NETUP_STATE_DIR: folder, ...env };
  return checkServed({ paths: findPaths(whole), settings: readSettings(whole) });
};

test('doctor says nothing of a server that was never started, its keys afterwards, and what is wrong with them', () => {
  expect(look()).toEqual([]);
  const [ed25519, ecdsa] = openHostKeys(path.join(folder, 'serve'));
  const found = `ssh-ed25519 ${ed25519?.fingerprint}, ecdsa-sha2-nistp256 ${ecdsa?.fingerprint}`;
  expect(look()).toEqual([{ check: 'host keys', state: 'ok', found, advice: '' }]);
  const key = path.join(folder, 'serve', 'host_ed25519_key');
  chmodSync(key, 0o644);
  expect(look()).toMatchObject([{ state: 'fail', found: expect.stringContaining('has the mode 0644') }]);
  writeFileSync(key, 'spoilt');
  chmodSync(key, 0o600);
  expect(look()).toMatchObject([{ state: 'fail', found: expect.stringContaining('is spoilt') }]);
  rmSync(key);
  const authorities = path.join(folder, 'ca.pub');
  const env = { NETUP_SERVE_USER_CA: authorities };
  expect(look(env)).toMatchObject([{ state: 'ok' }, { state: 'fail', found: expect.stringContaining('ENOENT') }]);
  writeFileSync(authorities, `${ecdsa?.publicLine} the authority\n`);
  chmodSync(authorities, 0o644);
  expect(look(env).at(-1)).toMatchObject({ state: 'ok', found: `1 in ${authorities}` });
  chmodSync(authorities, 0o666);
  expect(look(env).at(-1)).toMatchObject({ state: 'fail', found: expect.stringContaining('written by others') });
});
