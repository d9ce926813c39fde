import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { McpServer } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { cleanLine } from '../model/text.ts';
import type { McpLog } from './log.ts';

/** A message of a client is a call with a few names in it. A longer one ends the connection. */
const LONGEST_MESSAGE = 1024 * 1024;
/** Streams of changes that a client holds open; we have none to tell. */
const MOST_SUBSCRIPTIONS = 4;

export interface StdioParts {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly log: McpLog;
  /** Ends the serving. */
  readonly signal: AbortSignal;
}

/** Serves one client over standard input and output, until it closes its end or `signal` aborts. */
export async function serveOverStdio(
  build: () => McpServer,
  { stdin, stdout, log, signal }: StdioParts,
): Promise<void> {
  const transport = new EndingTransport(stdin, stdout, { maxBufferSize: LONGEST_MESSAGE });
  const handle = serveStdio(build, {
    transport,
    maxSubscriptions: MOST_SUBSCRIPTIONS,
    onerror: ({ message }) => log('warn', 'protocol', { error: cleanLine(message).slice(0, 300) }),
  });
  log('info', 'serving', { transport: 'stdio' });
  const over = AbortSignal.any([transport.ended, signal]);
  if (!over.aborted) await once(over, 'abort');
  await handle.close();
  log('info', 'stopped', { transport: 'stdio' });
}

/** The SDK tells nobody that a connection is over: it closes the transport, whatever the reason. */
class EndingTransport extends StdioServerTransport {
  readonly #ended = new AbortController();

  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#ended.abort();
  }
}
