import { describe, expect, test } from 'vitest';
import { readSettings } from './environment.ts';
import { UserError } from './user-error.ts';
import { VARIABLES, unknownVariables } from './variables.ts';

function faultOf(env: Record<string, string>): string {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return '';
}

describe('settings', () => {
  test('come from defaults where nothing is set', () => {
    const settings = readSettings({});
    expect(settings.postgres).toEqual({
      host: '127.0.0.1',
      port: 5432,
      database: 'netops',
      user: 'app_user',
      password: '',
      sslMode: 'prefer',
      poolSize: 10,
    });
    expect(settings).toMatchObject({ admin: null, influx: null, readOnly: false, postgresConfigured: false });
    expect(settings.spool.maxBytes).toBe(512 * 1024 ** 2);
  });

  test('come from every variable of the guide', () => {
    const settings = readSettings({
      PG_HOST: 'postgres-primary.internal',
      PG_PORT: '5433',
      PG_DB: 'netops2',
      PG_USER: 'mcp_agent',
      PG_PASSWORD: 'secure_password',
      PG_SSL_MODE: 'require',
      PG_POOL_SIZE: '20',
      PG_ADMIN_USER: 'postgres',
      INFLUX_URL: 'https://influx.internal:8086/',
      INFLUX_TOKEN: 'a-token',
      INFLUX_ORG: 'ops',
      INFLUX_BUCKET: 'raw',
      INFLUX_BATCH_SIZE: '500',
      INFLUX_FLUSH_INTERVAL: '500ms',
      INFLUX_GZIP: 'no',
      NETUP_SPOOL_DIR: '/var/spool/netup-tui',
      NETUP_SPOOL_MAX: '2GB',
      NETUP_OPERATOR: 'ana',
      NETUP_READ_ONLY: 'Yes',
    });
    expect(settings.postgres).toMatchObject({ host: 'postgres-primary.internal', port: 5433, poolSize: 20 });
    expect(settings.admin).toMatchObject({ host: 'postgres-primary.internal', user: 'postgres', password: '' });
    expect(settings.influx).toEqual({
      url: 'https://influx.internal:8086',
      token: 'a-token',
      org: 'ops',
      bucket: 'raw',
      batchSize: 500,
      flushIntervalMs: 500,
      gzip: false,
    });
    expect(settings.spool).toEqual({ directory: '/var/spool/netup-tui', maxBytes: 2 * 1024 ** 3 });
    expect(settings).toMatchObject({ operator: 'ana', readOnly: true, postgresConfigured: true });
  });

  test.each([
    ['5s', 5000],
    ['250ms', 250],
    ['2m', 120_000],
  ])('read %s as %i ms', (text, ms) => {
    const env = { INFLUX_URL: 'http://localhost:8086', INFLUX_TOKEN: 't', INFLUX_FLUSH_INTERVAL: text };
    expect(readSettings(env).influx?.flushIntervalMs).toBe(ms);
  });

  test('an empty variable counts as not set', () => {
    expect(readSettings({ PG_HOST: '', INFLUX_URL: '', PG_PORT: '' }).postgres.port).toBe(5432);
  });
});

describe('a bad value', () => {
  test.each([
    ['PG_PORT', '70000', 'is not from 1 to 65535'],
    ['PG_PORT', 'abc', 'is not a whole number from 1 to 65535'],
    ['PG_HOST', 'db:5432/x y', 'is not a host name'],
    ['PG_SSL_MODE', 'on', 'is not one of disable, prefer, require, verify-ca, verify-full'],
    ['PG_POOL_SIZE', '0', 'is not from 2 to 500'],
    ['INFLUX_FLUSH_INTERVAL', '5', 'the unit ms, s or m'],
    ['INFLUX_FLUSH_INTERVAL', '1ms', 'is not from 0.1s to 300s'],
    ['INFLUX_BATCH_SIZE', '-1', 'is not a whole number'],
    ['NETUP_ORGANIZATION', 'North Carrier', 'is not a slug'],
    ['NETUP_SPOOL_MAX', '512', 'the unit MB or GB'],
    ['NETUP_SPOOL_MAX', '0MB', 'is not from 1MB to 1048576MB'],
    ['NETUP_SPOOL_DIR', 'spool', 'is not an absolute path'],
    ['NETUP_STATE_DIR', 'here', 'is not an absolute path'],
    ['NETUP_LOG_LEVEL', 'loud', 'is not one of'],
    ['NETUP_READ_ONLY', 'maybe', 'is neither yes nor no'],
  ])('%s=%s names the variable, the fault and an example', (name, value, fault) => {
    const message = faultOf({ [name]: value });
    expect(message).toContain(`${name}="${value}" `);
    expect(message).toContain(fault);
    expect(message).toMatch(new RegExp(`for example ${name}=.+\\.$`, 'u'));
    expect(message.split('\n')).toHaveLength(1);
  });

  test('is reported together with all the others', () => {
    const lines = faultOf({ PG_PORT: 'x', PG_SSL_MODE: 'y', INFLUX_URL: 'http://localhost:8086' }).split('\n');
    expect(lines.map((line) => line.split(/[= ]/u)[0])).toEqual(['PG_PORT', 'PG_SSL_MODE', 'INFLUX_TOKEN']);
  });

  test('of a secret is never shown', () => {
    const message = faultOf({
      PG_PASSWORD: 'hunter2\nhunter3',
      INFLUX_URL: 'https://admin:hunter4@influx.internal',
      INFLUX_TOKEN: 'hunter5\u0007',
    });
    expect(message).toContain('PG_PASSWORD has a line break');
    expect(message).toContain('INFLUX_URL has a login in it');
    expect(message).not.toContain('hunter');
  });

  test('cannot send escape sequences to the terminal', () => {
    expect(faultOf({ PG_PORT: '\u001b[31m\u202e\u009b' })).toContain('"\\u{1b}[31m\\u{202e}\\u{9b}"');
  });
});

test('every example is a good value', () => {
  for (const { name, example } of VARIABLES) expect(faultOf({ INFLUX_TOKEN: 't', [name]: example })).toBe('');
});

test('misspelt variables are found', () => {
  expect(unknownVariables({ NETUP_OPERATER: 'ana', NETUP_OPERATOR: 'ana', HOME: '/' })).toEqual(['NETUP_OPERATER']);
});
