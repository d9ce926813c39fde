import ssh2 from 'ssh2';
import { describe, expect, test } from 'vitest';
import { readFacts } from '../source/devices/check-router.ts';
import type { LoginAttempt } from '../source/simulator/authentication.ts';
import { fingerprintOf, generateHostKey } from '../source/simulator/host-key.ts';
import { DEVICES, fault, simulate } from './support/simulated.ts';

/** An attempt with `none` asks which methods there are; only the others count against an account. */
function credentialsSent(logins: readonly LoginAttempt[]): readonly string[] {
  return logins.filter(({ method }) => method !== 'none').map(({ method }) => method);
}

describe('host key', () => {
  test('another key than the expected one ends it before any login, and both are named', async () => {
    const { target, hostKey, logins } = await simulate('ios-xe');
    const expected = fingerprintOf(generateHostKey());
    const error = await fault({ ...target, hostKey: { expect: expected } });
    expect(error.code).toBe('host_key');
    expect(error.message).toBe(
      `127.0.0.1:${target.port} shows the host key ${hostKey} where ${expected} is expected, and no login was tried.`,
    );
    expect(logins).toStrictEqual([]);
  });

  test('a swapped device is noticed', async () => {
    const swapped = generateHostKey();
    const { target, hostKey } = await simulate('eos', { quirks: { hostKey: swapped } });
    expect(hostKey).toBe(fingerprintOf(swapped));
    await expect(readFacts(target)).resolves.toMatchObject({ hostKey });
  });

  test('an unknown key is handed over: accepted, it is in the facts; declined, no login is tried', async () => {
    const { target, hostKey, logins } = await simulate('junos');
    const shown: string[] = [];
    const learn = (accept: boolean) => (fingerprint: string) => shown.push(fingerprint) > 0 && accept;
    const error = await fault({ ...target, hostKey: { learn: learn(false) } });
    expect(error.code).toBe('host_key');
    expect(error.message).toContain(hostKey);
    expect(logins).toStrictEqual([]);
    await expect(readFacts({ ...target, hostKey: { learn: learn(true) } })).resolves.toMatchObject({ hostKey });
    expect(shown).toStrictEqual([hostKey, hostKey]);
  });
});

describe('password', () => {
  test('a wrong one is sent once, and is in no message', async () => {
    const { target, logins } = await simulate('ios-xe');
    const error = await fault({ ...target, password: 'wrong battery' });
    expect(error.code).toBe('authentication');
    expect(error.message).toBe(`127.0.0.1:${target.port} refused the login of netops; it is not tried again.`);
    expect(`${error.message} ${error.seen} ${error.stack}`).not.toContain('battery');
    expect(credentialsSent(logins)).toStrictEqual(['password']);
  });

  test('a device that hangs up on a wrong one is not taken for a lost connection', async () => {
    const { target, logins } = await simulate('eos', { quirks: { hangUpOnRefusal: true } });
    const error = await fault({ ...target, password: 'wrong' });
    expect(error.code).toBe('authentication');
    expect(error.message).toContain('as some do for a wrong password');
    expect(credentialsSent(logins)).toStrictEqual(['password']);
  });

  test('keyboard-interactive is used where nothing else is offered, once', async () => {
    const { target, logins } = await simulate('junos', { quirks: { keyboardInteractiveOnly: true } });
    await expect(readFacts(target)).resolves.toMatchObject({ hostname: 'fra-core-01' });
    expect(credentialsSent(logins)).toStrictEqual(['keyboard-interactive']);
    const error = await fault({ ...target, password: 'wrong' });
    expect(error.message).toContain('refused the login of netops');
    expect(credentialsSent(logins)).toStrictEqual(['keyboard-interactive', 'keyboard-interactive']);
  });

  test('a device that asks again does not get the same password again', async () => {
    const { target, logins } = await simulate('ios-xe', { quirks: { asksAgain: true } });
    const error = await fault({ ...target, password: 'wrong' });
    expect(error.message).toContain('refused the login of netops');
    expect(credentialsSent(logins)).toStrictEqual(['keyboard-interactive']);
  });

  test('a second factor is told, and the password not sent', async () => {
    const { target, logins } = await simulate('ios-xe', { quirks: { secondFactor: true } });
    const error = await fault(target);
    expect(error.code).toBe('authentication');
    expect(error.message).toContain('asks for more than a password');
    expect(credentialsSent(logins)).toStrictEqual([]);
  });

  test('an expired one is told', async () => {
    const { target } = await simulate('eos', { quirks: { passwordExpired: true } });
    const error = await fault(target);
    expect(error.code).toBe('authentication');
    expect(error.message).toContain('wants a new password for netops');
  });
});

describe('private key', () => {
  const own = keyPair();
  const { password } = DEVICES.eos;

  test('logs in', async () => {
    const { target, logins } = await simulate('ios-xe', { publicKey: own.public });
    await expect(readFacts({ ...target, privateKey: own.private })).resolves.toMatchObject({ hostname: 'ams-edge-01' });
    expect(credentialsSent(logins)).toStrictEqual(['publickey']);
  });

  test('a refused one is not followed by the password', async () => {
    const { target, logins } = await simulate('ios-xe', { publicKey: own.public });
    const error = await fault({ ...target, privateKey: keyPair().private, password });
    expect(error.code).toBe('authentication');
    expect(new Set(credentialsSent(logins))).toStrictEqual(new Set(['publickey']));
  });

  test('where a device takes no keys, the password is used; without one it is told', async () => {
    const { target, logins } = await simulate('eos');
    await expect(readFacts({ ...target, privateKey: own.private })).resolves.toMatchObject({ version: '4.31.2F' });
    expect(credentialsSent(logins)).toStrictEqual(['password']);
    const error = await fault({ ...target, privateKey: own.private, password: undefined });
    expect(error.message).toContain('takes password, keyboard-interactive to log in, and there is only a private key');
  });

  test('one that cannot be read is told before anything is sent', async () => {
    const { target, logins } = await simulate('eos');
    const error = await fault({ ...target, privateKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n' });
    expect(error.message).toBe('The private key of netops cannot be read, so no login was tried.');
    expect(logins).toStrictEqual([]);
  });

  test('one with a passphrase is opened by it', async () => {
    const locked = keyPair({ passphrase: 'open sesame', cipher: 'aes256-ctr', rounds: 4 });
    const { target } = await simulate('junos', { publicKey: locked.public });
    const error = await fault({ ...target, privateKey: locked.private });
    expect(error.message).toContain('cannot be read');
    const credentials = { privateKey: locked.private, passphrase: 'open sesame' };
    await expect(readFacts({ ...target, ...credentials })).resolves.toMatchObject({ model: 'mx204' });
  });
});

test('old algorithms are refused with advice, and allowed on request', async () => {
  const { target, logins } = await simulate('ios-xe', { quirks: { legacyAlgorithmsOnly: true } });
  const error = await fault(target);
  expect(error.code).toBe('unreachable');
  expect(error.message).toContain('has no modern key exchange algorithm in common with us; allow legacy algorithms');
  expect(logins).toStrictEqual([]);
  await expect(readFacts({ ...target, algorithms: 'legacy' })).resolves.toMatchObject({ hostname: 'ams-edge-01' });
});

type Protection = { readonly passphrase: string; readonly cipher: string; readonly rounds: number };

function keyPair(protection?: Protection): { readonly private: string; readonly public: string } {
  for (;;) {
    const pair =
      protection === undefined
        ? ssh2.utils.generateKeyPairSync('ed25519')
        : ssh2.utils.generateKeyPairSync('ed25519', protection);
    // ssh2 makes an unreadable key now and then.
    if (!(ssh2.utils.parseKey(pair.private, protection?.passphrase) instanceof Error)) return pair;
  }
}
