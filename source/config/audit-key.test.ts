import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createAuditKey, isSignedBy, publicKeyFile, readAuditKey, readPublicKeys } from './audit-key.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'netup-key-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [first, second] = [path.join(folder, 'first'), path.join(folder, 'second')];
const keys = { first: createAuditKey(first), second: createAuditKey(second) };

test('a key that is read again signs as it did, and only it', () => {
  const signature = readAuditKey(first).sign('text');
  expect(signature).toBe(keys.first.sign('text'));
  expect(isSignedBy(keys.first.id, 'text', signature)).toBe(true);
  expect(isSignedBy(keys.first.id, 'texts', signature)).toBe(false);
  expect(isSignedBy(keys.second.id, 'text', signature)).toBe(false);
  const other = signature.startsWith('A') ? 'B' : 'A';
  expect(isSignedBy(keys.first.id, 'text', `${other}${signature.slice(1)}`)).toBe(false);
});

test.for(['', 'x', '=', 'A'.repeat(43), `${'A'.repeat(42)}B`])('no key has the id %j', (id) => {
  expect(isSignedBy(id, 'text', keys.first.sign('text'))).toBe(false);
});

test('a file may hold several public keys, as of an earlier and the present worker', () => {
  const both = path.join(folder, 'both');
  writeFileSync(
    both,
    `# comment\n${readFileSync(publicKeyFile(first), 'utf8')}${readFileSync(publicKeyFile(second), 'utf8')}`,
  );
  expect(readPublicKeys(both)).toEqual(new Set([keys.first.id, keys.second.id]));
});

test('what is no Ed25519 key is refused, without a word of it in the message', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const write = (content: string | Buffer): string => {
    const file = path.join(folder, 'other');
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  const privateKey = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' });
  expect(() => readAuditKey(write(privateKey))).toThrow(
    /^The audit key ".*" has no Ed25519 private key in it; make one/u,
  );
  expect(() => readAuditKey(write('secret'))).toThrow(/^(?!.*secret).*has no Ed25519 private key/u);
  for (const content of ['', 'x', rsa.publicKey.export({ type: 'spki', format: 'pem' }), readFileSync(first)]) {
    expect(() => readPublicKeys(write(content))).toThrow(/does not hold Ed25519 public keys/u);
  }
});

test('a key that is there is not replaced, and its public half neither', () => {
  expect(() => createAuditKey(first)).toThrow('is there already, and was left as it is');
  const third = path.join(folder, 'third');
  writeFileSync(publicKeyFile(third), 'kept');
  expect(() => createAuditKey(third)).toThrow('is there already');
  expect(readFileSync(publicKeyFile(third), 'utf8')).toBe('kept');
  expect(() => readAuditKey(third)).toThrow('ENOENT');
});
