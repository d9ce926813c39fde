import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../source/postgres/database.ts';
import { setMemberRole } from '../source/postgres/members.ts';
import { databaseVariables, type CliResult, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';

const cli = useCli();
const database = useDatabase();

beforeAll(() => database.seed());

const login = (): Record<string, string> => databaseVariables(database.settings('app_user'));

function as(name: string, ...argv: readonly string[]): Promise<CliResult> {
  return cli.run(argv, { ...login(), NETUP_OPERATOR: name, NETUP_ORGANIZATION: 'acme' });
}

function administrator(...argv: readonly string[]): Promise<CliResult> {
  const { user, password } = database.adminSettings();
  return cli.run(argv, { ...login(), PG_ADMIN_USER: user, PG_ADMIN_PASSWORD: password });
}

const audit = (action: string): Promise<readonly unknown[]> => database.admin`
  SELECT o.slug, e.actor_name AS actor, e.target_id AS target, e.before, e.after FROM audit_events AS e
  JOIN organizations AS o ON o.id = e.organization_id WHERE e.action = ${action} ORDER BY e.timestamp, o.slug`;

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdMJsqYcFV4XRA1+NIRAh+yqI/MofnHeHS/AeXgul5T ana at work';
const FINGERPRINT = 'SHA256:LZSpsqhn0Ciey/efWhYwzIzP0JXhgSFqyKvqCUlWEms';

function keyFile(name: string, content: string): string {
  const file = path.join(cli.folder, name);
  writeFileSync(file, content);
  return file;
}

describe('operators', () => {
  test('are added by the administrator of the database, and shown to everybody of the organization', async () => {
    const argv = ['operators', 'add', 'eve', '--display', 'Eve Moss', '--organization', 'acme', '--role', 'operator'];
    expect((await as('ada', ...argv)).stderr).toContain('needs the administrator of the database: set PG_ADMIN_USER');
    expect((await administrator(...argv)).stdout).toMatch(/^eve is operator in acme\./u);
    expect((await administrator(...argv)).stderr).toBe(
      'There is an operator eve already; `operators set-role` lets them in.\n',
    );
    expect((await as('cy', 'operators', 'list')).stdout).toMatch(/^eve +operator +active +0 +Eve Moss$/mu);
    expect(await audit('operator.add')).toEqual([
      {
        slug: 'acme',
        actor: 'administrator',
        target: 'eve',
        before: null,
        after: { display_name: 'Eve Moss', role: 'operator' },
      },
    ]);
  });

  test('get another role from an admin of their organization, there alone', async () => {
    expect((await as('ana', 'operators', 'set-role', 'ben', 'approver')).stderr).toContain('takes the role admin');
    expect((await as('ada', 'operators', 'set-role', 'ben', 'approver')).stdout).toBe(
      'ben is approver in acme; was operator.\n',
    );
    expect((await as('ada', 'operators', 'set-role', 'ben', 'approver')).stdout).toContain('was so already');
    expect(await audit('operator.set_role')).toEqual([
      { slug: 'acme', actor: 'ada', target: 'ben', before: { role: 'operator' }, after: { role: 'approver' } },
    ]);
    const roles = await database.admin`
      SELECT g.slug, m.role FROM organization_members AS m JOIN organizations AS g ON g.id = m.organization_id
      JOIN operators AS o ON o.id = m.operator_id WHERE o.name = 'ben' ORDER BY g.slug`;
    expect([...roles]).toEqual([
      { slug: 'acme', role: 'approver' },
      { slug: 'globex', role: 'operator' },
    ]);
  });

  test('who are no members are let in by the administrator of the database', async () => {
    const elsewhere = ['operators', 'set-role', 'eve', 'viewer', '--organization', 'globex'];
    expect((await as('ada', ...elsewhere)).stderr).toContain('"eve" is no member of globex');
    expect((await administrator(...elsewhere)).stdout).toBe('eve is viewer in globex; was no member.\n');
  });

  test('leave every organization an admin, also when two demote each other at once', async () => {
    expect((await as('ada', 'operators', 'set-role', 'ada', 'viewer')).stderr).toBe(
      'The role of ada stays as it is: the organization would have no admin.\n',
    );
    await as('ada', 'operators', 'set-role', 'ana', 'admin');
    const { acme, ada, ana } = await database.seed();
    const app = openDatabase(database.settings('app_user'));
    const scope = app.organization(acme.id);
    const actor = (operator: typeof ada) => ({ operator, role: 'admin', source: 'cli', correlationId: 'c' }) as const;
    const outcomes = await Promise.allSettled([
      setMemberRole(scope, actor(ada), ana, 'viewer'),
      setMemberRole(scope, actor(ana), ada, 'viewer'),
    ]);
    await app.close();
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const [left] = await database.admin`
      SELECT count(*)::int AS admins FROM organization_members WHERE organization_id = ${acme.id} AND role = 'admin'`;
    expect(left).toEqual({ admins: 1 });
    await administrator('operators', 'set-role', 'ada', 'admin', '--organization', 'acme');
    await administrator('operators', 'set-role', 'ana', 'approver', '--organization', 'acme');
  });

  test('are disabled and enabled in all their organizations at once', async () => {
    expect((await as('ada', 'operators', 'disable', 'cy')).stderr).toContain('PG_ADMIN_USER');
    expect((await administrator('operators', 'disable', 'cy')).stdout).toBe('cy is disabled.\n');
    expect((await administrator('operators', 'disable', 'cy')).stdout).toBe('cy is disabled already.\n');
    expect((await as('cy', 'upgrades', 'list')).stderr).toContain('is no active operator');
    expect((await administrator('operators', 'enable', 'cy')).stdout).toBe('cy is enabled.\n');
    expect((await as('cy', 'upgrades', 'list')).code).toBe(0);
    const change = { actor: 'administrator', target: 'cy', before: { is_active: true }, after: { is_active: false } };
    expect(await audit('operator.disable')).toEqual([
      { slug: 'acme', ...change },
      { slug: 'globex', ...change },
    ]);
  });

  test.for([
    [['operators', 'add', 'Eve'], '"Eve" is no name of an operator'],
    [['operators', 'add', 'x', '--role', 'root'], '"root" is no role; it is one of viewer, operator, approver, admin'],
    [['operators', 'add', 'x'], '--organization SLUG is missing'],
    [['operators', 'add', 'x', '--organization', 'none'], 'There is no organization none; there are: acme, globex.'],
    [['operators', 'disable', 'nobody'], 'There is no operator nobody'],
    [['operators', 'keys', 'add', 'ana'], 'give FILE or --principal NAME'],
    [['operators', 'keys', 'add', 'ana', '--principal', 'a b'], '"a b" is no principal'],
    [['operators', 'keys', 'remove', 'ana', 'x'], 'ana has no key or principal x'],
    [['sessions', 'end', 'x'], 'ID is the number'],
  ] as const)('%s is one sentence', async ([argv, sentence]) => {
    const result = await administrator(...argv);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain(sentence);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('keys', () => {
  test('are given and taken by the administrator of the database, audited wherever the operator works', async () => {
    const file = keyFile('ana.pub', `${KEY}\n`);
    expect((await as('ada', 'operators', 'keys', 'add', 'ana', file)).stderr).toContain('PG_ADMIN_USER');
    expect((await administrator('operators', 'keys', 'add', 'ana', file)).stdout).toBe(
      `${FINGERPRINT} stands for ana.\n`,
    );
    expect((await administrator('operators', 'keys', 'add', 'ana', file)).stdout).toContain('already');
    expect((await administrator('operators', 'keys', 'add', 'ben', file)).stderr).toBe(
      `${FINGERPRINT} belongs to the operator ana; remove it there first.\n`,
    );
    await administrator('operators', 'keys', 'add', 'ana', '--principal', 'ana@noc');
    const listed = await as('cy', 'operators', 'keys', 'list', 'ana');
    expect(listed.stdout).toContain(`${FINGERPRINT}  ssh-ed25519  `);
    expect(listed.stdout).toMatch(/in use +ana at work$/mu);
    expect((await administrator('operators', 'keys', 'remove', 'ana', 'ana@noc')).code).toBe(0);
    expect((await as('cy', 'operators', 'keys', 'list', 'ana')).stdout).toMatch(
      /^ana@noc +principal +[\d-]+ +removed [\d-]+$/mu,
    );
    expect(await audit('operator.key_remove')).toEqual(
      ['acme', 'globex'].map((slug) => {
        return { slug, actor: 'administrator', target: 'ana', before: { principal: 'ana@noc' }, after: null };
      }),
    );
    expect(await audit('operator.key_add')).toHaveLength(4);
  });

  test('are public ones: what else is in a file is not shown', async () => {
    const file = keyFile('id', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAA\n');
    const { stderr } = await administrator('operators', 'keys', 'add', 'ana', file);
    expect(stderr).toContain('has more than one line: give the file with the public key');
    expect(stderr).not.toContain('b3Blbn');
  });

  test('are printed for sshd if an operator has them, and not otherwise', async (context) => {
    const variables = Object.entries(login()).map(([name, value]) => `${name}=${value}\n`);
    const file = keyFile('console.env', variables.join(''));
    const authorized = (kind: string, type: string, data: string): Promise<CliResult> =>
      cli.run(['operators', kind, 'authorized', '--variables', file, type, data], { NETUP_OPERATOR: 'ada' });
    const [type = '', data = ''] = KEY.split(' ');
    expect((await authorized('keys', type, data)).stderr).toContain('is open to others: chmod 640');
    execFileSync('chmod', ['640', file]);
    expect(await authorized('keys', type, data)).toEqual({
      code: 0,
      stdout: `restrict,pty ${type} ${data}\n`,
      stderr: '',
    });
    expect(await authorized('keys', type, `${data.slice(0, -4)}AAAA`)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await authorized('principals', type, data)).toEqual({ code: 0, stdout: '', stderr: '' });
    if (!existsSync('/usr/bin/ssh-keygen')) return context.skip('ssh-keygen is not installed');
    const key = path.join(cli.folder, 'certified');
    const ca = path.join(cli.folder, 'ca');
    for (const name of [key, ca]) execFileSync('/usr/bin/ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', name]);
    execFileSync('/usr/bin/ssh-keygen', ['-q', '-s', ca, '-I', 'x', '-n', 'root,ben@noc', `${key}.pub`]);
    const certificate = execFileSync('cat', [`${key}-cert.pub`], { encoding: 'utf8' }).split(' ');
    expect((await authorized('principals', certificate[0] ?? '', certificate[1] ?? '')).stdout).toBe('');
    await administrator('operators', 'keys', 'add', 'ben', '--principal', 'ben@noc');
    expect((await authorized('principals', certificate[0] ?? '', certificate[1] ?? '')).stdout).toBe(
      'restrict,pty ben@noc\n',
    );
  });
});

describe('the restricted console', () => {
  const variables = (): string =>
    keyFile(
      'restricted.env',
      Object.entries(login())
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
  const restricted = (env: Readonly<Record<string, string>>): Promise<CliResult> => {
    const file = variables();
    execFileSync('chmod', ['640', file]);
    return cli.run(['--restricted', '--variables', file], env);
  };

  test('does not take the operator from a variable', async () => {
    const result = await restricted({ NETUP_OPERATOR: 'ada' });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toBe(
      'sshd does not say who you are: its configuration needs ExposeAuthInfo yes for this account (docs/ssh.md).\n',
    );
  });

  test('needs both of its flags', async () => {
    for (const argv of [['--restricted'], ['--variables', '/x']]) {
      expect(await cli.run(argv)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('go together'),
      });
    }
  });
});
