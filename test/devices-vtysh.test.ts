import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, type TestContext, test } from 'vitest';
import { openSession } from '../source/devices/open-session.ts';
import { iosXe } from '../source/devices/platforms/ios-xe.ts';
import { CHUNK_BYTES } from '../source/devices/push/sending.ts';
import { sendBySftp } from '../source/devices/push/send-by-sftp.ts';
import { login } from '../source/devices/ssh-login.ts';
import type { SshSession } from '../source/devices/ssh-session.ts';
import type { Target } from '../source/devices/target.ts';
import { generateHostKey } from '../source/simulator/host-key.ts';
import { type OpensshServer, startSshd, whyNoSshd } from './support/openssh-server.ts';
import { type FrrRouter, startFrr, whyNoFrr } from './support/vtysh.ts';

const missing = whyNoSshd() ?? whyNoFrr();

/** FRRouting's command line is of Cisco's kind. */
async function open(target: Target): Promise<SshSession> {
  const session = await openSession(target, iosXe);
  onTestFinished(() => session.close());
  return session;
}

describe("FRRouting's vtysh behind the server of OpenSSH", () => {
  async function start(context: TestContext): Promise<FrrRouter & OpensshServer> {
    context.skip(missing !== null, missing ?? '');
    const router = await startFrr();
    return { ...router, ...(await startSshd(router.shell)) };
  }

  test('is logged in to, and answers what it answers without a terminal', async (context) => {
    const { target, answer } = await start(context);
    const session = await open(target);
    expect(session.prompt).toMatch(/^[\w.-]+#$/u);
    const version = await session.run('show version');
    expect(version).toMatch(/^FRRouting \d+\.\d+/u);
    expect(version).toBe(answer('show version').trim());
    const list = await session.run('list');
    expect(list.length).toBeGreaterThan(20_000);
    expect(list).toBe(answer('list').trimEnd());
  });

  test('is read to the end, whether it pages or not', async (context) => {
    const { target, answer } = await start(context);
    const session = await open(target);
    const whole = answer('show running-config').trim();
    const lines: string[] = [];
    const paged = await session.run('show running-config', { onLine: (line) => lines.push(line) });
    expect(paged.trim()).toBe(whole);
    expect(lines.filter((line) => line.includes('description peer '))).toHaveLength(120);
    await session.run('no terminal paginate');
    expect((await session.run('show running-config')).trim()).toBe(whole);
  });

  test('refuses what it does not know, also where the line is wider than the terminal', async (context) => {
    const { target } = await start(context);
    const session = await open(target);
    expect(await session.runIfKnown('nonsense')).toBeNull();
    expect(await session.runIfKnown(`show ip route ${'a'.repeat(1200)}`)).toBeNull();
    expect(await session.run('show version')).toMatch(/^FRRouting/u);
    await expect(session.run('nonsense')).rejects.toMatchObject({
      code: 'command_rejected',
      message: expect.stringMatching(/refused `nonsense`: % Unknown command: nonsense$/u),
    });
  });

  test('that stands at another prompt is not guessed at', async (context) => {
    const { target } = await start(context);
    const session = await open({ ...target, timeouts: { command: 1000 } });
    await expect(session.run('configure terminal')).rejects.toMatchObject({
      code: 'unexpected_prompt',
      message: expect.stringMatching(/stopped at "[\w.-]+\(config\)#"/u),
    });
  });

  test('is gone after what ends it, and is said to be closed when it is killed', async (context) => {
    const { target, kill } = await start(context);
    expect(await (await open(target)).runUntilGone('exit')).toEqual({ answer: '', ended: 'gone' });
    const session = await open(target);
    kill();
    await expect(session.run('show version')).rejects.toMatchObject({ code: 'closed' });
  });

  test('gets no login with another key, on either side', async (context) => {
    const { target } = await start(context);
    await expect(open({ ...target, privateKey: generateHostKey() })).rejects.toMatchObject({ code: 'authentication' });
    const hostKey = { expect: `SHA256:${'A'.repeat(43)}` };
    await expect(open({ ...target, hostKey })).rejects.toMatchObject({ code: 'host_key' });
  });
});

describe('the server of OpenSSH', () => {
  /** What asks before it goes down; `read` takes one key, as devices do. */
  const ASKS = [
    "printf 'r1#'",
    'while read -r line; do',
    '  if [ "$line" = reload ]; then',
    "    printf 'Proceed with reload? [confirm]'",
    '    read -r -n 1 -s key',
    "    printf '\\n%%SYS-5-RELOAD\\n'",
    '    exit',
    '  fi',
    "  printf 'r1#'",
    'done',
  ].join('\n');

  test('carries a question, and an answer of one key, to a terminal', async (context) => {
    context.skip(whyNoSshd() !== null, whyNoSshd() ?? '');
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'asks.sh'), ASKS);
    const { target } = await startSshd(`bash ${join(folder, 'asks.sh')}`);
    const answers = [{ question: /^Proceed with reload\? \[confirm\]$/u, send: '\n', commits: true } as const];
    const departure = await (await open(target)).runUntilGone('reload', { answers });
    expect(departure).toMatchObject({ ended: 'gone', answer: expect.stringContaining('%SYS-5-RELOAD') });
    await expect((await open(target)).run('reload', { patience: 300 })).rejects.toMatchObject({
      code: 'unexpected_prompt',
      message: expect.stringContaining('stopped at "Proceed with reload? [confirm]"'),
    });
  });

  test('takes files of any size by SFTP', async (context) => {
    context.skip(whyNoSshd() !== null, whyNoSshd() ?? '');
    const { target } = await startSshd(null);
    const { client } = await login(target);
    onTestFinished(() => void client.destroy());
    const folder = temporaryFolder();
    for (const size of [0, 1, CHUNK_BYTES, 2_000_017]) {
      const bytes = randomBytes(size);
      const path = join(folder, `image-${size}.bin`);
      const read = (from: number): Promise<Buffer> => Promise.resolve(bytes.subarray(from, from + CHUNK_BYTES));
      await sendBySftp(client, 'r1', path, { bytes: size, read, beforeSend: () => {}, sent: () => {} });
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
    const refused = sendBySftp(client, 'r1', join(folder, 'missing', 'image.bin'), {
      bytes: 1,
      read: () => Promise.resolve(Buffer.alloc(1)),
      beforeSend: () => {},
      sent: () => {},
    });
    await expect(refused).rejects.toMatchObject({
      code: 'command_rejected',
      message: expect.stringContaining('No such'),
    });
  });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'netup-openssh-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
