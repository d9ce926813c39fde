import { describe, expect, test } from 'vitest';
import { readFacts } from '../source/devices/check-router.ts';
import { DRIVERS } from '../source/devices/drivers.ts';
import { openSession } from '../source/devices/open-session.ts';
import type { SshSession } from '../source/devices/ssh-session.ts';
import { PLATFORMS, type Platform } from '../source/model/platform.ts';
import type { Quirks } from '../source/simulator/quirks.ts';
import { simulate } from './support/simulated.ts';

const UPTIME = ((40 * 24 + 5) * 60 + 7) * 60;

const FACTS = {
  'ios-xe': {
    hostname: 'ams-edge-01',
    version: '17.09.04a',
    model: 'C8300-2N2S-4T2X',
    serial: 'SIM0000001',
    uptimeSeconds: UPTIME,
    bootedFrom: 'bootflash:packages.conf',
  },
  junos: {
    hostname: 'fra-core-01',
    version: '22.4R3-S2',
    model: 'mx204',
    serial: null,
    uptimeSeconds: null,
    bootedFrom: null,
  },
  eos: {
    hostname: 'lon-leaf-01',
    version: '4.31.2F',
    model: 'DCS-7280SR3-48YC8',
    serial: 'SIM0000001',
    uptimeSeconds: UPTIME,
    bootedFrom: null,
  },
} as const;

const HOSTILE_WELCOME =
  '\u001b[2J\u001b[H\u001b]0;owned\u0007\u001b[31m############\r\n# ams-edge-01#\r\n############\u001b[0m\r\nother-r2# \r\n';

const MANNERS: readonly (readonly [string, Quirks])[] = [
  ['plainly', {}],
  ['page by page, whatever it is told', { alwaysPages: true }],
  ['after a pause', { promptDelay: 50 }],
  ['after a banner full of escapes and false prompts', { messageOfTheDay: HOSTILE_WELCOME }],
  ['with a long list before the facts', { fillerCharacters: 200_000 }],
];

describe.each(PLATFORMS)('%s', (platform) => {
  test.each(MANNERS)('a device that answers %s gives its facts', async (_name, quirks) => {
    const { target, hostKey } = await simulate(platform, { quirks });
    const { milliseconds, ...facts } = await readFacts(target);
    expect(facts).toStrictEqual({ ...FACTS[platform], platform, hostKey });
    expect(milliseconds).toBeGreaterThan(0);
  });

  test('a refused command is an error in the device’s words', async () => {
    await withSession(platform, async (session) => {
      await expect(session.run('show nothing')).rejects.toMatchObject({
        code: 'command_rejected',
        message: expect.stringMatching(REFUSALS[platform]),
      });
    });
  });

  test('a session that failed is closed, and says so', async () => {
    await withSession(platform, async (session) => {
      await expect(session.run('nonsense')).rejects.toMatchObject({ code: 'command_rejected' });
      await expect(session.run('show version')).rejects.toMatchObject({ code: 'closed' });
    });
  });

  test('two commands in a row each get their own answer', async () => {
    await withSession(platform, async (session) => {
      const whole = await session.run('show version');
      const filter = platform === 'junos' ? 'match' : 'include';
      const [word = ''] = FACTS[platform].version.split('-');
      const part = await session.run(`sh ver | ${filter} ${word}`);
      expect(whole.split('\n')).toEqual(expect.arrayContaining(part.split('\n')));
      expect(part.length).toBeLessThan(whole.length / 2);
      await expect(session.run('show version\nreload')).rejects.toThrow('A command must be one line.');
    });
  });
});

test('the line before the prompt of a chassis member is no part of an answer', async () => {
  const { target } = await simulate('junos', { model: 'QFX5120-48Y' });
  const session = await openSession(target, DRIVERS.junos);
  const answer = await session.run('show version');
  session.close();
  expect(answer).toMatch(/^fpc0:\n-+\nHostname: fra-core-01\nModel: qfx5120-48y\n/u);
  expect(answer).toMatch(/\nJUNOS jail runtime \[[^\]]+\]$/u);
});

const REFUSALS: Readonly<Record<Platform, RegExp>> = {
  'ios-xe': /^127\.0\.0\.1:\d+ refused `show nothing`: % Invalid input detected at '\^' marker\.$/u,
  junos: /^127\.0\.0\.1:\d+ refused `show nothing`: syntax error, expecting <command>\.$/u,
  eos: /^127\.0\.0\.1:\d+ refused `show nothing`: % Invalid input \(at token 1: 'nothing'\)$/u,
};

async function withSession(platform: Platform, work: (session: SshSession) => Promise<void>): Promise<void> {
  const { target } = await simulate(platform);
  const session = await openSession(target, DRIVERS[platform]);
  try {
    await work(session);
  } finally {
    session.close();
  }
}
