import type { ServerResponse } from 'node:http';
import type { Answer } from './read-body.ts';

/** Answers a request that goes no further, as JSON-RPC does. */
export function answer(response: ServerResponse, { status, code, message, headers = {} }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } });
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}
