import { once } from 'node:events';
import { createServer, IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';

const address = z.object({ port: z.number() });

/** Forwards requests to `target`. `before` hears of each, as `POST /api/v2/buckets`, when it has come and before it goes on. */
export async function startWatchedProxy(
  target: string,
  before: (line: string) => void,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((incoming, response) => {
    const forward = async (): Promise<void> => {
      const body = await buffer(incoming);
      const { method = 'GET', url = '/', headers } = incoming;
      before(`${method} ${url.split('?')[0] ?? ''}`);
      const outgoing = request(new URL(url, target), { method, headers });
      outgoing.end(body);
      const [answer] = z.tuple([z.instanceof(IncomingMessage)]).parse(await once(outgoing, 'response'));
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    };
    forward().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${address.parse(server.address()).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
