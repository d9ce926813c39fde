import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readFacts } from '../source/devices/check-router.ts';
import { DRIVERS } from '../source/devices/drivers.ts';
import { openSession } from '../source/devices/open-session.ts';
import type { Quirks } from '../source/simulator/quirks.ts';
import { fault, simulate } from './support/simulated.ts';

const SOON = { command: 500 };

/** A TCP server that is no device. */
async function listen(onConnection: (socket: Socket) => void): Promise<{ host: string; port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { host: '127.0.0.1', port: await portOf(server) };
}

async function portOf(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('a connection that does not come about', () => {
  const login = { platform: 'eos', user: 'netops', password: 'secret', hostKey: { learn: () => true } } as const;

  test('nothing listens', async () => {
    const closed = createServer();
    const free = await portOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    const error = await fault({ ...login, host: '127.0.0.1', port: free });
    expect(error.code).toBe('unreachable');
    expect(error.message).toBe(`127.0.0.1:${free} cannot be reached: the connection was refused.`);
  });

  test('a name that does not exist', async () => {
    const error = await fault({ ...login, host: 'router.invalid', port: 22 });
    expect(error.code).toBe('unreachable');
    expect(error.message).toMatch(
      /^router\.invalid cannot be reached: its name (?:is not known|could not be looked up)\.$/u,
    );
  });

  test('something else listens', async () => {
    const address = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n\u001b[31m'));
    const error = await fault({ ...login, ...address });
    expect(['unreachable', 'closed']).toContain(error.code);
    expect(error.message).not.toContain('\u001b');
  });

  test('it hangs up before the login', async () => {
    const address = await listen((socket) => socket.end('SSH-2.0-x\r\n'));
    const error = await fault({ ...login, ...address });
    expect(error.code).toBe('closed');
  });

  test('it never says anything', async () => {
    const address = await listen(() => {});
    const error = await fault({ ...login, ...address, timeouts: { connect: 300 } });
    expect(error.code).toBe('timeout');
    expect(error.message).toBe(`127.0.0.1:${address.port} did not complete the login within 0.3 s.`);
  });
});

describe('a device that misbehaves', () => {
  const cases: readonly (readonly [string, Quirks, string, RegExp])[] = [
    [
      'opens no command line',
      { noShell: true },
      'timeout',
      /did not finish within 0\.5 s while opening a command line\.$/u,
    ],
    [
      'is silent after the login',
      { silentAfterLogin: true },
      'timeout',
      /did not finish within 0\.5 s while waiting for its prompt\.$/u,
    ],
    [
      'asks something after the login',
      { questionAfterLogin: '\u001b[1mAccept the terms? [y/n]\u001b[0m ' },
      'unexpected_prompt',
      /stopped at "Accept the terms\? \[y\/n\]" within 0\.5 s while waiting for its prompt\.$/u,
    ],
    ['does not echo', { noEcho: true }, 'timeout', /while answering `terminal length 0`\.$/u],
    [
      'hangs up in the middle',
      { cutAfterCharacters: 400 },
      'closed',
      /closed the connection while answering `show version`\.$/u,
    ],
    [
      'never stops printing',
      { fillerCharacters: 5_000_000 },
      'unparseable',
      /printed more than 4194304 characters in one answer\.$/u,
    ],
    ['refuses the command', { refuseCommands: true }, 'command_rejected', /refused `show version`: % Unknown command/u],
    [
      'answers nonsense',
      { showVersion: 'no such thing\u001b[2J\n' },
      'unparseable',
      /with no version in the form that ios-xe devices print\.$/u,
    ],
    [
      'prints a book before its prompt',
      { messageOfTheDay: 'x\r\n'.repeat(100_000) },
      'unparseable',
      /printed more than 262144 characters/u,
    ],
  ];

  test.each(cases)('%s', async (_name, quirks, code, message) => {
    const { target } = await simulate('ios-xe', { quirks });
    const patient = code === 'timeout' || code === 'unexpected_prompt' ? { timeouts: SOON } : {};
    const error = await fault({ ...target, ...patient });
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`127.0.0.1:${target.port}`);
    expect(error.seen.length).toBeLessThanOrEqual(2000);
    expect(error.seen).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u);
  });

  test('shows what was seen of an answer that was cut', async () => {
    const { target } = await simulate('ios-xe', { quirks: { cutAfterCharacters: 400 } });
    const error = await fault(target);
    expect(error.seen).toContain('Cisco IOS XE Software, Version 17.09.04a');
  });
});

describe('stopping', () => {
  test('a signal that is aborted already opens no connection', async () => {
    const { target, logins } = await simulate('junos');
    const reason = new Error('stopped by the operator');
    await expect(readFacts({ ...target, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(logins).toStrictEqual([]);
  });

  test('in the middle of the connection it rejects with the reason', async () => {
    const { target } = await simulate('junos');
    const controller = new AbortController();
    const outcome = outcomeOf({ ...target, signal: controller.signal });
    controller.abort('stopped by the operator');
    expect(await outcome).toBe('stopped by the operator');
  });

  test.each([
    ['opening a command line', { noShell: true }],
    ['the first prompt', { silentAfterLogin: true }],
  ] as const)('in the middle of %s it rejects with the reason', async (_name, quirks) => {
    const { target, logins } = await simulate('junos', { quirks });
    const controller = new AbortController();
    const outcome = outcomeOf({ ...target, signal: controller.signal });
    await expect.poll(() => logins.some(({ accepted }) => accepted), { interval: 1 }).toBe(true);
    controller.abort('stopped by the operator');
    expect(await outcome).toBe('stopped by the operator');
  });
});

test('in the middle of an answer it rejects with the reason, and the session is closed', async () => {
  const { target } = await simulate('eos', { quirks: { fillerCharacters: 4_000_000 } });
  const controller = new AbortController();
  const session = await openSession({ ...target, signal: controller.signal }, DRIVERS.eos);
  const answer = session.run('show version').catch((error: unknown) => error);
  controller.abort('stopped by the operator');
  expect(await answer).toBe('stopped by the operator');
  await expect(session.run('show version')).rejects.toBe('stopped by the operator');
  session.close();
});

function outcomeOf(target: Parameters<typeof readFacts>[0]): Promise<unknown> {
  return readFacts(target).catch((error: unknown) => error);
}
