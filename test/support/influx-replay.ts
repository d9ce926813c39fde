import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';

/** How the server answers one request. */
export type Answer = (response: ServerResponse, body: string) => void;

/** A request that came in. The body is unpacked. */
export interface SeenRequest {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly encoding: string | undefined;
  readonly body: string;
}

export interface ReplayServer {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** From now on; the last answer is repeated. */
  answer(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

/** An HTTP server on the loopback that answers as InfluxDB did when it was recorded, or fails as told. */
export async function startReplay(): Promise<ReplayServer> {
  const requests: SeenRequest[] = [];
  let answers: readonly Answer[] = [status(500, {})];
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const { authorization, 'content-encoding': encoding } = request.headers;
    requests.push({ url: request.url ?? '', authorization, encoding, body });
    const [first] = answers;
    if (answers.length > 1) answers = answers.slice(1);
    first?.(response, body);
  };
  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: (...next) => {
      answers = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A file of fixtures/influx as the answer to a query. */
export async function recorded(name: string): Promise<Answer> {
  const csv = await recordedText(name);
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' }).end(csv);
  };
}

export function recordedText(name: string): Promise<string> {
  return readFile(new URL(`../../fixtures/influx/${name}`, import.meta.url), 'utf8');
}

/** An error as InfluxDB words it; 204 is what a write gets. */
export function status(code: number, body: object): Answer {
  return (response) => {
    response
      .writeHead(code, { 'content-type': 'application/json; charset=utf-8' })
      .end(code === 204 ? '' : JSON.stringify(body));
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  return text(request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request);
}
