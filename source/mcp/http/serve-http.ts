import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { hostHeaderValidation, originValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { type AuthInfo, createMcpHandler, type McpServer } from '@modelcontextprotocol/server';
import { cleanLine } from '../../model/text.ts';
import type { Caller } from '../caller.ts';
import { FairQueue } from '../fair-queue.ts';
import type { McpLog } from '../log.ts';
import { Authenticator } from './authenticate.ts';
import { Gate, tooMany } from './gate.ts';
import { OpenRequests } from './open-requests.ts';
import type { HttpParts } from './parts.ts';
import { answer } from './answer.ts';
import { LateAnswers } from './late-answers.ts';
import { type Answer, readBody } from './read-body.ts';

/** The one path that there is. */
const MCP_PATH = '/mcp';
/** Of one token under way at once. */
const OPEN_PER_TOKEN = 8;
const MOST_CONNECTIONS = 1024;
/** Requests that are worked on at once, of all tokens and of one; the others that are under way wait for their turn. */
const TURNS = { atOnce: 8, perCaller: 2, besideOthers: 1, waiting: OPEN_PER_TOKEN };
/** Refusals that wait to be told; further ones are told at once. */
const MOST_LATE = 128;
/** Streams of changes that clients hold open; we have none to tell. */
const MOST_SUBSCRIPTIONS = 32;

/** A server that listens. */
export interface ServingHttp {
  readonly port: number;
  /** Takes no more requests, and resolves when those under way are answered, or their time is up. */
  close(): Promise<void>;
}

/**
 * Serves Streamable HTTP: each request is for itself, with its token; no session is kept. `build` makes the server that answers one
 * request. Rejects if it cannot listen.
 */
export async function serveOverHttp(build: (caller: Caller) => McpServer, parts: HttpParts): Promise<ServingHttp> {
  const { bind, hosts, origins, log, limits, database } = parts;
  const now = (): number => performance.now();
  const gate = new Gate({ authenticator: new Authenticator(database, now), perMinute: limits.perMinute, now });
  const open = new OpenRequests(OPEN_PER_TOKEN, limits.answerMs);
  const turns = new FairQueue(TURNS);
  const late = new LateAnswers(limits.refusalMs, MOST_LATE);
  const callers = new WeakMap<AuthInfo, Caller>();
  const noteFault = ({ message }: Error): void => log('warn', 'protocol', { error: cleanLine(message).slice(0, 300) });
  const handler = createMcpHandler(
    ({ authInfo }) => {
      const caller = authInfo === undefined ? undefined : callers.get(authInfo);
      if (caller === undefined) throw new Error('A request came through without a caller.');
      return build(caller);
    },
    { onerror: noteFault, maxSubscriptions: MOST_SUBSCRIPTIONS },
  );
  const answerMcp = toNodeHandler(handler, { onerror: noteFault });
  const isOurHost = hostHeaderValidation([...hosts]);
  const isOurOrigin = originValidation([...origins]);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isOurHost(request, response) || !isOurOrigin(request, response)) return;
    if (request.url?.split('?')[0] !== MCP_PATH) return answer(response, NOT_HERE);
    const caller = await gate.admit(request);
    if ('status' in caller) return caller.status === 429 ? late.answer(response, caller) : answer(response, caller);
    if (request.method !== 'POST') return answer(response, ONLY_POST);
    if (!open.begin(caller.tokenId ?? '', response)) return late.answer(response, tooMany(1));
    const read = await readBody(request);
    if ('status' in read) return answer(response, read);
    const authInfo: AuthInfo = { token: '', clientId: caller.tokenId ?? '', scopes: [caller.role] };
    callers.set(authInfo, caller);
    const { method = 'POST', url = MCP_PATH, headers } = request;
    // Its body has been read: an empty one stands for it, which nobody looks at.
    const exchange = (): Promise<void> =>
      answerMcp(Object.assign(Readable.from([]), { method, url, headers, auth: authInfo }), response, read.body);
    // A stream that stays open would keep the turn of others.
    if (isSubscription(read.body)) await exchange();
    else await turns.run(caller.tokenId ?? '', exchange);
  };
  const server = createServer(
    {
      requestTimeout: limits.requestMs,
      headersTimeout: limits.requestMs,
      connectionsCheckingInterval: Math.min(1000, limits.requestMs),
      maxHeaderSize: 16 * 1024,
    },
    (request, response) => void serve(request, response).catch((error: unknown) => fail(error, response, log)),
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.listen({ host: bind.host, port: bind.port });
  await once(server, 'listening');
  server.on('error', (error) => log('error', 'http', { error: cleanLine(error.message) }));
  const { port } = addressOf(server.address());
  log('info', 'serving', { transport: 'http', host: bind.host, port, path: MCP_PATH });
  return {
    port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), limits.closeMs);
      await closed;
      clearTimeout(timer);
      await handler.close();
      log('info', 'stopped', { transport: 'http' });
    },
  };
}

const NOT_HERE: Answer = { status: 404, code: -32_600, message: `The server is at ${MCP_PATH}.` };
const ONLY_POST: Answer = {
  status: 405,
  code: -32_600,
  message: 'Only POST is answered: no session is kept.',
  headers: { allow: 'POST' },
};

function isSubscription(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'method' in body && body.method === 'subscriptions/listen';
}

function fail(error: unknown, response: ServerResponse, log: McpLog): void {
  const told = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // A client that goes away in the middle of its request is nothing to report.
  if (response.destroyed) return;
  log('error', 'http', { error: cleanLine(told).slice(0, 300) });
  const message = 'The server cannot answer now: try again in half a minute.';
  answer(response, { status: 503, code: -32_603, message, headers: { 'retry-after': '30' } });
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address;
}
