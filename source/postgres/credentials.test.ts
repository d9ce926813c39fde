import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { keysOf, newKey } from '../../test/support/encryption-keys.ts';
import { useDatabase } from '../../test/support/postgres.ts';
import { actorOf, useScopes } from '../../test/support/scopes.ts';
import type { EncryptionKeys } from '../config/encryption-keys.ts';
import type { Actor } from '../model/operator.ts';
import { addCredential, listCredentials, removeCredential } from './credentials.ts';
import { revealCredential } from './reveal-credential.ts';
import { openDatabase, type OrganizationScope } from './database.ts';
import { rotateCredentials } from './rotate-credentials.ts';

const support = useDatabase();
const scopes = useScopes(support);
const ada = (): Actor => actorOf(scopes().seed.ada, 'admin');
const [A, B] = [newKey(), newKey()];
const old = keysOf({ a: A }, 'a');
const both = keysOf({ a: A, b: B }, 'b');

beforeEach(() => support.admin`DELETE FROM credentials`);

async function add(name: string, secret = `secret of ${name}`, keys = old): Promise<void> {
  await addCredential(scopes().acme, ada(), keys, { name, type: 'ssh_password', username: 'netops', secret });
}

function reveal(scope: OrganizationScope, keys: EncryptionKeys, name: string): Promise<{ readonly secret: string }> {
  return revealCredential(scope, keys, name, { actor: ada(), purpose: 'a test' });
}

/** The newest audit rows of changes, oldest first. */
async function audited(limit: number): Promise<readonly unknown[]> {
  const rows = await support.admin`
    SELECT actor_name, action, before, after FROM audit_events
    WHERE organization_id = ${scopes().seed.acme.id} AND action <> 'credential.use' ORDER BY seq DESC LIMIT ${limit}`;
  return rows.toReversed();
}

describe('a credential', () => {
  test('is stored by AES-256, found without its secret, read with its key and removed, all audited', async () => {
    const { acme, globex } = scopes();
    await add('routers', 'Grüße, 🔑');
    const stored = { name: 'routers', type: 'ssh_password', username: 'netops', keyId: 'a' };
    expect(await listCredentials(acme)).toMatchObject([stored]);
    expect(await listCredentials(globex)).toEqual([]);
    expect(await reveal(acme, old, 'routers')).toMatchObject({ credential: stored, secret: 'Grüße, 🔑' });
    await expect(reveal(globex, old, 'routers')).rejects.toThrow(/^There is no credential "routers"/u);
    // RFC 4880: packet 3 is the session key's, version 4, then the cipher: 9 is AES with a key of 256 bits.
    const [row] = await support.admin<{ head: string }[]>`
      SELECT encode(substring(encrypted_data FROM 1 FOR 4), 'hex') AS head FROM credentials`;
    expect(row?.head).toMatch(/^c3..0409$/u);
    await removeCredential(acme, ada(), 'routers');
    expect(await listCredentials(acme)).toEqual([]);
    const facts = { name: 'routers', credential_type: 'ssh_password', username: 'netops', encryption_key_id: 'a' };
    expect(await audited(2)).toEqual([
      { actor_name: 'ada', action: 'credential.add', before: null, after: facts },
      { actor_name: 'ada', action: 'credential.remove', before: facts, after: null },
    ]);
  });

  test('keeps its name to itself, and one that is not there cannot be removed', async () => {
    await add('routers');
    await expect(add('routers', 'another')).rejects.toThrow(/^There is a credential "routers" already/u);
    expect(await reveal(scopes().acme, old, 'routers')).toMatchObject({ secret: 'secret of routers' });
    await expect(removeCredential(scopes().globex, ada(), 'routers')).rejects.toThrow(/^There is no credential/u);
  });

  test('is not stored if its audit row cannot be written', async () => {
    const nobody: Actor = { ...ada(), source: JSON.parse('"nowhere"') };
    const entry = { name: 'x', type: 'snmp_v2c', username: null, secret: 'public' } as const;
    await expect(addCredential(scopes().acme, nobody, old, entry)).rejects.toThrow(/refused a statement/u);
    expect(await listCredentials(scopes().acme)).toEqual([]);
  });

  test('without its key, or with another key of that name, is one sentence', async () => {
    await add('routers');
    await expect(reveal(scopes().acme, keysOf({ b: B }, 'b'), 'routers')).rejects.toThrow(
      /"routers" is encrypted with the key "a", which is not/u,
    );
    await expect(reveal(scopes().acme, keysOf({ a: B }, 'a'), 'routers')).rejects.toThrow(
      /"routers" cannot be decrypted with the key "a"/u,
    );
  });
});

describe('using a credential', () => {
  const used = async (): Promise<readonly unknown[]> => support.admin`
    SELECT actor_name, source, target_type, router_id, reason, after FROM audit_events
    WHERE action = 'credential.use' AND organization_id = ${scopes().seed.acme.id} ORDER BY seq`;

  test('says in the audit trail who took it for which router and what; nothing where it could not be read', async () => {
    await add('routers');
    const before = (await used()).length;
    const { acme, globex } = scopes();
    const use = { actor: ada(), purpose: 'router check', routerId: 'ams-core-01' };
    await expect(revealCredential(acme, keysOf({ a: B }, 'a'), 'routers', use)).rejects.toThrow(/cannot be decrypted/u);
    await expect(revealCredential(acme, keysOf({ b: B }, 'b'), 'routers', use)).rejects.toThrow(/not among the keys/u);
    await expect(revealCredential(globex, old, 'routers', use)).rejects.toThrow(/no credential/u);
    expect(await used()).toHaveLength(before);
    await revealCredential(acme, old, 'routers', use);
    const after = { name: 'routers', credential_type: 'ssh_password', username: 'netops', encryption_key_id: 'a' };
    expect((await used()).slice(before)).toEqual([
      {
        actor_name: 'ada',
        source: 'console',
        target_type: 'credential',
        router_id: 'ams-core-01',
        reason: 'router check',
        after,
      },
    ]);
  });

  test('gives no secret where the row cannot be written', async () => {
    await add('routers');
    const nobody: Actor = { ...ada(), source: JSON.parse('"nowhere"') };
    const revealed = revealCredential(scopes().acme, old, 'routers', { actor: nobody, purpose: 'router check' });
    await expect(revealed).rejects.toThrow(/refused a statement/u);
  });

  test('is open to a worker, by its own login', async () => {
    await add('routers');
    const before = (await used()).length;
    const worker = openDatabase(support.settings('netup_worker'));
    onTestFinished(() => worker.close());
    const scope = worker.organization(scopes().seed.acme.id);
    const actor: Actor = { ...ada(), source: 'worker' };
    expect(await revealCredential(scope, old, 'routers', { actor, purpose: 'upgrade' })).toMatchObject({
      secret: 'secret of routers',
    });
    expect((await used()).slice(before)).toMatchObject([{ source: 'worker', reason: 'upgrade' }]);
  });
});

describe('rotation', () => {
  test('encrypts all with the current key, in batches with an audit row each, and then finds nothing to do', async () => {
    for (const name of ['c1', 'c2', 'c3', 'c4', 'c5']) await add(name);
    const done: string[] = [];
    const onBatch = (count: number, total: number) => done.push(`${count} of ${total}`);
    const rotate = () => rotateCredentials(scopes().acme, ada(), both, { batchSize: 2, onBatch });
    expect(await rotate()).toEqual({ rotated: 5, left: [] });
    expect(done).toEqual(['2 of 5', '4 of 5', '5 of 5']);
    const onlyNew = keysOf({ b: B }, 'b');
    for (const { name, keyId } of await listCredentials(scopes().acme)) {
      expect(keyId).toBe('b');
      expect(await reveal(scopes().acme, onlyNew, name)).toMatchObject({ secret: `secret of ${name}` });
    }
    expect(await audited(5)).toEqual(
      ['c1', 'c2', 'c3', 'c4', 'c5'].map((name) => ({
        actor_name: 'ada',
        action: 'credential.rotate_key',
        before: { name, encryption_key_id: 'a' },
        after: { name, encryption_key_id: 'b' },
      })),
    );
    expect(await rotate()).toEqual({ rotated: 0, left: [] });
  });

  test('leaves what it has no right key for as it is, and does the rest', async () => {
    const lost = newKey();
    await add('c1');
    await add('c2', 'lost', keysOf({ gone: lost }, 'gone'));
    await add('c3', 'other', keysOf({ a: newKey() }, 'a'));
    await add('c4');
    const report = await rotateCredentials(scopes().acme, ada(), both, { batchSize: 10 });
    expect(report.rotated).toBe(2);
    expect(report.left).toEqual([
      expect.stringMatching(/"c2" is encrypted with the key "gone"/u),
      expect.stringMatching(/"c3" cannot be decrypted with the key "a"/u),
    ]);
    expect((await listCredentials(scopes().acme)).map(({ keyId }) => keyId)).toEqual(['b', 'gone', 'a', 'b']);
    expect(await reveal(scopes().acme, keysOf({ gone: lost }, 'gone'), 'c2')).toMatchObject({
      secret: 'lost',
    });
  });

  test('ends between two batches when it is told to, and the next one does the rest', async () => {
    for (const name of ['c1', 'c2', 'c3']) await add(name);
    const stop = new AbortController();
    const onBatch = (): void => stop.abort(new Error('told to'));
    const stopped = rotateCredentials(scopes().acme, ada(), both, { batchSize: 2, signal: stop.signal, onBatch });
    await expect(stopped).rejects.toThrow('told to');
    expect((await listCredentials(scopes().acme)).map(({ keyId }) => keyId)).toEqual(['b', 'b', 'a']);
    expect(await rotateCredentials(scopes().acme, ada(), both, { batchSize: 2 })).toEqual({ rotated: 1, left: [] });
  });

  test('twice at once does everything once', async () => {
    for (let n = 10; n < 30; n += 1) await add(`c${n}`);
    const rotate = () => rotateCredentials(scopes().acme, ada(), both, { batchSize: 3 });
    const reports = await Promise.all([rotate(), rotate()]);
    expect(reports.reduce((sum, { rotated }) => sum + rotated, 0)).toBe(20);
    const events = await audited(20);
    expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(20);
  });
});
