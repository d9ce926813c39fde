import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type postgres from 'postgres';

export interface DemoImageServer {
  /** The folder of the images: `http://127.0.0.1:PORT/images`. */
  readonly url: string;
  stop(): Promise<void>;
}

const FOLDER = '/images';
const PART = Buffer.alloc(65_536);

/**
 * A web server on loopback that has every image on record: HEAD tells its size, GET sends as many zeros. The simulated devices know what the
 * real bytes would be; whoever compares the ones from here finds that they are made up.
 */
export async function startImageServer(
  sizeOf: (fileName: string) => Promise<number | null>,
  onError: (error: unknown) => void,
): Promise<DemoImageServer> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const { method, url = '' } = request;
      if (method !== 'HEAD' && method !== 'GET') {
        response.writeHead(405, { allow: 'GET, HEAD' }).end();
        return;
      }
      const name = fileNameOf(url);
      const size = name === null ? null : await sizeOf(name);
      if (size === null) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'content-length': size, 'content-type': 'application/octet-stream' });
      if (method === 'HEAD') response.end();
      // Whoever has enough of it hangs up.
      else await pipeline(Readable.from(zeros(size)), response).catch(() => undefined);
    };
    answer().catch((error: unknown) => {
      onError(error);
      if (!response.headersSent) response.writeHead(503);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The image server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}${FOLDER}`,
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Sizes as the inventory has them now, so that an image that is added is there as well. */
export function sizesOnRecord(admin: postgres.Sql): (fileName: string) => Promise<number | null> {
  return async (fileName) => {
    const [row] = await admin<{ size: number }[]>`
      SELECT size_bytes::float8 AS size FROM firmware_images WHERE file_name = ${fileName} LIMIT 1`;
    return row?.size ?? null;
  };
}

function fileNameOf(url: string): string | null {
  const match = /^\/images\/([^/?#]+)$/u.exec(url);
  const [, encoded = ''] = match ?? [];
  try {
    const name = decodeURIComponent(encoded);
    return name === '' || name.includes('\0') ? null : name;
  } catch {
    return null;
  }
}

function* zeros(size: number): Generator<Buffer> {
  for (let left = size; left > 0; left -= PART.length) yield left < PART.length ? PART.subarray(0, left) : PART;
}
