import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readAuthentication } from './authentication.ts';
import { readEnvironmentFile } from './environment-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'netup-auth-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(content: string, mode = 0o600): string {
  files += 1;
  const name = path.join(folder, `file-${files}`);
  writeFileSync(name, content, { mode });
  chmodSync(name, mode);
  return name;
}

const KEY = 'publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdMJsqYcFV4XRA1+NIRAh+yqI/MofnHeHS/AeXgul5T';

describe('what sshd vouches for', () => {
  test('is the keys that it names', () => {
    const [key] = readAuthentication(file(`${KEY}\n`));
    expect(key).toEqual({ kind: 'key', fingerprint: 'SHA256:LZSpsqhn0Ciey/efWhYwzIzP0JXhgSFqyKvqCUlWEms' });
    expect(readAuthentication(file(`${KEY}\n${KEY}\n`))).toEqual([key, key]);
  });

  const link = path.join(folder, 'link');
  symlinkSync(file(KEY), link);

  test.each([
    ['no file', undefined, 'needs ExposeAuthInfo yes'],
    ['an empty name', '', 'needs ExposeAuthInfo yes'],
    ['a file that is not there', path.join(folder, 'none'), 'cannot be read'],
    ['a relative path', 'file-1', 'not absolute'],
    ['a link', link, 'cannot be read'],
    ['a folder', folder, 'not what sshd writes'],
    ['a device', '/dev/null', 'not what sshd writes'],
    ['an empty file', file(''), 'empty'],
    ['a file that others read', file(KEY, 0o644), 'others than this account'],
    ['a file that others write', file(KEY, 0o602), 'others than this account'],
    ['a password', file('password\n'), 'more than public keys'],
    ['a key and a password', file(`${KEY}\npassword\n`), 'more than public keys'],
    ['a key without a body', file('publickey ssh-ed25519\n'), 'cut off'],
    [
      'a spoilt certificate',
      file('publickey ssh-ed25519-cert-v01@openssh.com AAAA\n'),
      'certificate in it cannot be read',
    ],
  ])('is not %s', (_, name, fault) => {
    expect(() => readAuthentication(name)).toThrow(fault);
  });

  test.runIf(process.getuid?.() === 0)('is not a file of another account', async () => {
    const { chownSync } = await import('node:fs');
    const name = file(KEY);
    chownSync(name, 12_345, 12_345);
    expect(() => readAuthentication(name)).toThrow('others than this account');
    expect(() => readEnvironmentFile(name)).toThrow('must belong to root');
  });
});

describe('the file of variables', () => {
  test('is read as the shell would, but for what it would carry out', () => {
    const text = '# a note\nPG_HOST=db.internal\nPG_PASSWORD="a b#c"\nexport PG_USER=console\nX=$(id) `id` $HOME\n';
    expect(readEnvironmentFile(file(text, 0o640))).toEqual({
      PG_HOST: 'db.internal',
      PG_PASSWORD: 'a b#c',
      PG_USER: 'console',
      X: '$(id) `id` $HOME',
    });
  });

  test.each([
    ['others may read', 0o644],
    ['a group may write', 0o660],
  ])('is not one that %s', (_, mode) => {
    expect(() => readEnvironmentFile(file('PG_PASSWORD=geheim', mode))).toThrow(/is open to others: chmod 640/u);
  });

  test('is named where it cannot be read', () => {
    expect(() => readEnvironmentFile('/nowhere/env')).toThrow('/nowhere/env cannot be read (ENOENT)');
  });
});
