import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readSshReach } from './ssh-reach.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'netup-reach-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KEY = `SHA256:${'A'.repeat(43)}`;
const jump = {
  NETUP_SSH_JUMP: 'ssh://netops@bastion.internal:2222',
  NETUP_SSH_JUMP_HOST_KEY: KEY,
  NETUP_SSH_JUMP_PASSWORD: 'never shown',
};

it('reaches routers directly, with modern algorithms, where nothing is set', () => {
  expect(readSshReach({ NETUP_SSH_JUMP: '' })).toEqual({ legacyModels: new Set(), jump: null });
});

it('reads models by name, whatever their case', () => {
  const { legacyModels } = readSshReach({ NETUP_SSH_LEGACY_MODELS: 'ASR1001, MX80 ,,' });
  expect([...legacyModels]).toEqual(['asr1001', 'mx80']);
});

it('reads a jump host, with a password or a private key', () => {
  const place = { user: 'netops', host: 'bastion.internal', port: 2222, hostKey: KEY };
  expect(readSshReach(jump).jump).toEqual({ ...place, password: 'never shown', privateKey: null });
  const file = path.join(folder, 'key');
  writeFileSync(file, 'a key', { mode: 0o600 });
  const keyed = { ...jump, NETUP_SSH_JUMP_PASSWORD: '', NETUP_SSH_JUMP_KEY_FILE: file };
  expect(readSshReach(keyed).jump).toEqual({ ...place, password: null, privateKey: 'a key' });
  expect(readSshReach({ ...jump, NETUP_SSH_JUMP: 'ssh://netops@[2001:db8::1]' }).jump).toMatchObject({
    host: '2001:db8::1',
    port: 22,
  });
});

it.each([
  [{ NETUP_SSH_JUMP: 'ssh://netops:pw@bastion' }, 'NETUP_SSH_JUMP is not an address like its example'],
  [{ NETUP_SSH_JUMP: 'bastion' }, 'NETUP_SSH_JUMP is not an address like its example'],
  [{ NETUP_SSH_JUMP: 'ssh://netops@bastion:99999' }, 'NETUP_SSH_JUMP is not an address like its example'],
  [{ NETUP_SSH_JUMP_HOST_KEY: 'MD5:00' }, 'NETUP_SSH_JUMP_HOST_KEY is not a fingerprint'],
  [{ NETUP_SSH_JUMP_HOST_KEY: '' }, 'NETUP_SSH_JUMP_HOST_KEY is not set although NETUP_SSH_JUMP is'],
  [{ NETUP_SSH_JUMP_PASSWORD: '' }, 'NETUP_SSH_JUMP_KEY_FILE is not set although NETUP_SSH_JUMP is'],
  [{ NETUP_SSH_JUMP_KEY_FILE: '/nowhere/key' }, 'The key of the jump host "/nowhere/key" cannot be read (ENOENT)'],
])('%j is refused in a sentence that holds no secret', (change, sentence) => {
  const told = (): unknown => readSshReach({ ...jump, ...change });
  expect(told).toThrow(sentence);
  expect(told).not.toThrow('never shown');
  expect(told).not.toThrow(':pw@');
});
