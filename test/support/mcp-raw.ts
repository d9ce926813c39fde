import http from 'node:http';
import { text } from 'node:stream/consumers';

/** A good call, of the protocol of 2025. */
export const PING = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'list_routers', arguments: { limit: 1 } },
};

export interface Sent {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Sends what a client of the SDK never would. */
export async function send(
  url: string,
  token: string,
  body: string,
  {
    headers = {},
    method = 'POST',
    path = '/mcp',
  }: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly method?: string;
    readonly path?: string;
  } = {},
): Promise<Sent> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const request = http.request({
    hostname,
    port,
    path,
    method,
    agent: false,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
      ...headers,
    },
  });
  request
    .once('response', resolve)
    .once('error', reject)
    .end(method === 'POST' ? body : undefined);
  const response = await promise;
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}
