import { createServer, type RequestListener } from 'node:http';
import { createServer as createPlainServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkSource, type CheckedSource } from './check-source.ts';

const image = { id: 'i', fileName: 'a.bin', sizeBytes: 42, sha256: '', sha512: null, minimumVersion: null };

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

function check(url: string): Promise<CheckedSource> {
  return checkSource({ kind: 'pull', url, password: 'p:w' }, { image }, new AbortController().signal);
}

async function ask(answer: RequestListener, user = ''): Promise<CheckedSource> {
  const port = await portOf(createServer(answer));
  return check(`http://${user}127.0.0.1:${port}/images/a.bin`);
}

describe('the image of a dry-run', () => {
  it('is there when the web server has it with the right size, whose user and password it was given', async () => {
    const seen: (string | undefined)[] = [];
    const found = await ask(({ method, url, headers }, response) => {
      seen.push(method, url, headers.authorization);
      response.writeHead(200, { 'content-length': 42 }).end();
    }, 'images@');
    expect(found).toEqual({ from: expect.stringMatching(/^from http:\/\/127\.0\.0\.1:\d+\/images$/u), warning: null });
    expect(seen).toEqual(['HEAD', '/images/a.bin', `Basic ${Buffer.from('images:p:w').toString('base64')}`]);
  });

  it('is not there when the server says so, refuses, or has another one', async () => {
    const status = (code: number, size = 7): Promise<CheckedSource> =>
      ask((_request, response) => response.writeHead(code, { 'content-length': size }).end());
    await expect(status(404)).rejects.toThrow(/does not have a\.bin\.$/u);
    await expect(status(401)).rejects.toThrow('refuses a.bin (401): check its user and NETUP_IMAGE_PASSWORD.');
    await expect(status(200)).rejects.toThrow('has 7 bytes, not 42.');
  });

  it('may be there where nobody can tell: that is a warning', async () => {
    const moved = await ask((_request, response) => response.writeHead(302, { location: 'http://192.0.2.1/' }).end());
    expect(moved.warning).toMatch(/answered 302 when it was asked for a\.bin\.$/u);
    const silent = await ask((_request, response) => response.writeHead(200, { 'transfer-encoding': 'chunked' }).end());
    expect(silent.warning).toMatch(/does not say how large a\.bin is\.$/u);
    const ssh = await portOf(createPlainServer((socket) => socket.end()));
    expect((await check(`scp://images@127.0.0.1:${ssh}/srv/a.bin`)).warning).toMatch(
      /answers; if it has a\.bin shows when the device fetches it\.$/u,
    );
    expect((await check('scp://images@127.0.0.1:1/srv/a.bin')).warning).toMatch(
      /could not be asked from this worker: .*ECONNREFUSED/u,
    );
  });

  it('is not looked for when the step is over', async () => {
    const over = AbortSignal.abort(new Error('the lease is lost'));
    const source = { kind: 'pull', url: 'scp://127.0.0.1:1/a.bin', password: null } as const;
    await expect(checkSource(source, { image }, over)).rejects.toThrow('the lease is lost');
  });
});
