import { expect, test } from 'vitest';
import { readFacts } from '../source/devices/check-router.ts';
import { openDevice } from '../source/devices/open-device.ts';
import { jumpHost } from './support/jump-host.ts';
import { fault, simulate } from './support/simulated.ts';

test('a device behind another host is logged in to through it, and both connections end together', async () => {
  const jump = await jumpHost();
  const { target, logins } = await simulate('eos');
  const device = await openDevice({ ...target, jump: jump.target });
  expect((await device.readState()).hostname).toBe('lon-leaf-01');
  expect(jump.passed).toEqual([`127.0.0.1:${target.port}`]);
  expect(jump.open()).toBe(1);
  device.close();
  await expect.poll(() => jump.open(), { timeout: 5000 }).toBe(0);
  // The jump host's login is not the device's.
  expect(logins.filter(({ user }) => user === 'jumper')).toEqual([]);
});

test('a jump host with another key than expected gets no login, and the device none either', async () => {
  const jump = await jumpHost();
  const { target, logins } = await simulate('eos');
  const hostKey = { expect: `SHA256:${'A'.repeat(43)}` };
  const error = await fault({ ...target, jump: { ...jump.target, hostKey } });
  expect(error).toMatchObject({
    code: 'host_key',
    message: expect.stringContaining(`127.0.0.1:${jump.target.port} shows`),
  });
  expect(logins).toEqual([]);
});

test('the device’s own key is checked behind a jump host too', async () => {
  const jump = await jumpHost();
  const { target, logins } = await simulate('eos');
  const hostKey = { expect: `SHA256:${'A'.repeat(43)}` };
  const error = await fault({ ...target, hostKey, jump: jump.target });
  expect(error).toMatchObject({ code: 'host_key', message: expect.stringContaining(`127.0.0.1:${target.port} shows`) });
  expect(logins).toEqual([]);
  await expect.poll(() => jump.open(), { timeout: 5000 }).toBe(0);
});

test('a refused login at the jump host is told as that', async () => {
  const jump = await jumpHost();
  const { target } = await simulate('eos');
  const error = await fault({ ...target, jump: { ...jump.target, password: 'wrong' } });
  expect(error).toMatchObject({
    code: 'authentication',
    message: expect.stringContaining('refused the login of jumper'),
  });
});

test('a device that the jump host does not reach is unreachable', async () => {
  const closed = await jumpHost('nothing');
  const { target } = await simulate('eos');
  const error = await fault({ ...target, jump: closed.target });
  expect(error.code).toBe('unreachable');
  expect(error.message).toContain(
    `127.0.0.1:${target.port} cannot be reached by way of 127.0.0.1:${closed.target.port}`,
  );
  await expect.poll(() => closed.open(), { timeout: 5000 }).toBe(0);
});

test('a jump host that says nothing is not waited for for ever', async () => {
  const silent = await jumpHost('silent');
  const { target } = await simulate('eos');
  const error = await fault({ ...target, jump: silent.target, timeouts: { connect: 300 } });
  expect(error.message).toMatch(/ cannot be reached by way of .*: nothing happened within 0\.3 s\.$/u);
});

test('stopping closes both', async () => {
  const jump = await jumpHost();
  const { target } = await simulate('eos', { quirks: { silentAfterLogin: true } });
  const stopping = new AbortController();
  const reading = readFacts({ ...target, jump: jump.target, signal: stopping.signal }).catch((error: unknown) => error);
  await expect.poll(() => jump.passed.length).toBe(1);
  stopping.abort('stopped by the operator');
  expect(await reading).toBe('stopped by the operator');
  await expect.poll(() => jump.open(), { timeout: 5000 }).toBe(0);
});
