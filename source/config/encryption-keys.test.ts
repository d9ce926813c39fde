import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readEncryptionKeys } from './encryption-keys.ts';
import { secretRemover } from './secrets.ts';
import { unknownVariables } from './variables.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'netup-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [A, B] = [Buffer.alloc(32, 'a').toString('base64'), Buffer.alloc(40, 'b').toString('base64')];

function keyFile(text: string, mode = 0o600): Record<string, string> {
  const file = path.join(folder, 'keys');
  rmSync(file, { force: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
  return { NETUP_KEY_FILE: file };
}

/** The message for bad keys, which must not hold any part of one. */
function faultOf(env: NodeJS.ProcessEnv): string {
  try {
    readEncryptionKeys(env).current();
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    return [A, B].some((key) => message.includes(key.slice(0, 8))) ? 'a key is in the message' : message;
  }
  return '';
}

describe('keys', () => {
  test('of a file are all there, and the first is the current one', () => {
    const keys = readEncryptionKeys(keyFile(`# new\n2026-04:${A}\n\n2025: ${B}\r\n`, 0o400));
    expect(keys.current()).toEqual({ id: '2026-04', key: A });
    expect(keys.find('2025')).toEqual({ id: '2025', key: B });
    expect(keys.find('2024')).toBeNull();
  });

  test('of the environment join those of the file; NETUP_CURRENT_KEY chooses', () => {
    const env = { ...keyFile(`old:${A}`), NETUP_KEY_new: B };
    expect(readEncryptionKeys(env).current().id).toBe('old');
    expect(readEncryptionKeys({ ...env, NETUP_CURRENT_KEY: 'new' }).current()).toEqual({ id: 'new', key: B });
    expect(readEncryptionKeys({ NETUP_KEY_only: A }).current()).toEqual({ id: 'only', key: A });
    expect(faultOf({ NETUP_KEY_X: A, NETUP_KEY_Y: B })).toMatch(/set NETUP_CURRENT_KEY to one of: X, Y\.$/u);
    expect(faultOf({ NETUP_KEY_X: A, NETUP_CURRENT_KEY: 'Z' })).toMatch(/^NETUP_CURRENT_KEY="Z" is none/u);
  });

  test('count as one where they are the same, and are refused where they are not', () => {
    expect(faultOf({ ...keyFile(`k:${A}`), NETUP_KEY_k: A })).toBe('');
    expect(faultOf({ ...keyFile(`k:${A}`), NETUP_KEY_k: B })).toMatch(/two different encryption keys with the id k/u);
    expect(faultOf(keyFile(`k:${A}\nk:${B}`))).toMatch(/two different encryption keys with the id k/u);
  });

  test.each([0o644, 0o640, 0o606, 0o700, 0o660])('are not read from a file of mode %o', (mode) => {
    expect(faultOf(keyFile(`k:${A}`, mode))).toMatch(/^The key file ".*" has the mode 0\d{3}.*: chmod 600 it\.$/u);
  });

  test('that are none are named by file and line, or by variable', () => {
    expect(faultOf({})).toMatch(/^There is no encryption key: set NETUP_KEY_FILE/u);
    expect(faultOf(keyFile(`# nothing\n`))).toMatch(/has no line "id:base64" in it/u);
    expect(faultOf(keyFile(`\n${A.slice(0, 30)}`))).toMatch(/line 2, is not of the form/u);
    expect(faultOf(keyFile(`a b:${A}`))).toMatch(/line 1, has no good id/u);
    expect(faultOf(keyFile(`k:${A}!`))).toMatch(/line 1, has a key that is not base64/u);
    expect(faultOf({ NETUP_KEY_k: A.slice(0, 40) })).toMatch(
      /^NETUP_KEY_k has a key of 30 bytes, and 32 are the least/u,
    );
    expect(faultOf({ NETUP_KEY_FILE: path.join(folder, 'none') })).toMatch(/cannot be read \(ENOENT\)/u);
    expect(faultOf({ NETUP_KEY_FILE: folder })).toMatch(/is not a text file/u);
  });

  test('in variables are known, and taken out of texts', () => {
    expect(unknownVariables({ NETUP_KEY_k: A, NETUP_KEY_FILE: '/k', NETUP_KEYS: 'x' })).toEqual(['NETUP_KEYS']);
    expect(secretRemover({ NETUP_KEY_k: A, NETUP_KEY_FILE: '/etc/keys' })(`it is ${A} of /etc/keys`)).toBe(
      'it is [secret] of /etc/keys',
    );
  });
});
