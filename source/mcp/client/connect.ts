import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { UserError } from '../../config/user-error.ts';
import { cleanLine } from '../../model/text.ts';
import { patientFetch } from './patient-fetch.ts';

/** A program to start, and what it has of the world. Nothing secret is among its arguments. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The protocol that servers of ours speak. */
const PROTOCOL = '2026-07-28';
/** So much of what a server says on standard error is kept, to tell why it does not start. */
const MOST_SAID = 16 * 1024;

/** Connects to a server that listens. `server` is what messages call it. Throws a `UserError` if it does not answer, or not to this token. */
export async function connectByHttp(
  server: string,
  { url, token, version }: { readonly url: string; readonly token: string; readonly version: string },
): Promise<Client> {
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization: `Bearer ${token}` }, redirect: 'error' },
    fetch: patientFetch,
  });
  const client = newClient(version);
  return client.connect(transport).then(
    () => client,
    (error: unknown) => {
      throw notConnected(`The MCP server ${server} at ${new URL(url).host}`, reasonOf(error), error);
    },
  );
}

/** Starts a server, which ends with the client. Throws a `UserError` with what it says if it does not start. */
export async function connectToProgram(server: string, program: Program, version: string): Promise<Client> {
  const { command, args, env } = program;
  const transport = new StdioClientTransport({ command, args: [...args], env: { ...env }, stderr: 'pipe' });
  let said = '';
  transport.stderr?.on('data', (chunk) => (said = (said + String(chunk)).slice(-MOST_SAID)));
  const client = newClient(version);
  return client.connect(transport).then(
    () => client,
    async (error: unknown) => {
      await client.close();
      // Its log is JSON; what it ends with is a sentence.
      const sentence = said.split('\n').findLast((line) => line.trim() !== '' && !line.startsWith('{'));
      throw notConnected(`The MCP server ${server}`, sentence ?? reasonOf(error), error);
    },
  );
}

function newClient(version: string): Client {
  return new Client({ name: 'netup-tui-agent', version }, { versionNegotiation: { mode: { pin: PROTOCOL } } });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of `fetch failed`, the reason is what lies behind it.
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function notConnected(which: string, why: string, cause: unknown): UserError {
  return new UserError(`${which} cannot be used: ${cleanLine(why).slice(0, 300).replace(/\.$/u, '')}.`, { cause });
}
