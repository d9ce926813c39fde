import { z } from 'zod';
import { quoted } from './printable.ts';
import { readPrivateFile } from './private-file.ts';
import { UserError } from './user-error.ts';
import { absolutePath, fieldText, secret } from './values.ts';
import { VARIABLES } from './variables.ts';

/** How `decide --via mcp` gets to the two MCP servers. */
export type McpClientSettings =
  | { readonly kind: 'http'; readonly postgres: string; readonly influx: string; readonly token: string }
  /** It starts them itself, with this login to PostgreSQL. */
  | { readonly kind: 'own'; readonly user: string; readonly password: string };

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

const serverUrl = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '') return false;
  // A token does not cross a network in the clear.
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}, 'is not an https address (or an http one of this machine) without a login in it');

const schema = z.object({
  NETUP_MCP_POSTGRES_URL: serverUrl.optional(),
  NETUP_MCP_INFLUX_URL: serverUrl.optional(),
  NETUP_MCP_TOKEN: secret.optional(),
  NETUP_MCP_TOKEN_FILE: absolutePath.optional(),
  NETUP_MCP_READ_USER: fieldText.optional(),
  NETUP_MCP_READ_PASSWORD: secret.default(''),
});

/** Reads NETUP_MCP_*: the servers' addresses with a token, or the login for servers of our own. Throws a `UserError` without secrets in it. */
export function readMcpClientSettings(env: NodeJS.ProcessEnv): McpClientSettings {
  const given = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, env[name] || undefined]));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new UserError(parsed.error.issues.map(fault).join('\n'));
  const values = parsed.data;
  const [postgres, influx] = [values.NETUP_MCP_POSTGRES_URL, values.NETUP_MCP_INFLUX_URL];
  if (postgres === undefined && influx === undefined) {
    const user = values.NETUP_MCP_READ_USER;
    if (user !== undefined) return { kind: 'own', user, password: values.NETUP_MCP_READ_PASSWORD };
    throw new UserError(
      '--via mcp needs the MCP servers: set NETUP_MCP_READ_USER and NETUP_MCP_READ_PASSWORD, a login of netup_readonly with which they are started, ' +
        'or NETUP_MCP_POSTGRES_URL, NETUP_MCP_INFLUX_URL and NETUP_MCP_TOKEN_FILE for servers that run already.',
    );
  }
  if (postgres === undefined) return missing('NETUP_MCP_POSTGRES_URL');
  if (influx === undefined) return missing('NETUP_MCP_INFLUX_URL');
  const token = values.NETUP_MCP_TOKEN ?? readToken(values.NETUP_MCP_TOKEN_FILE) ?? missing('NETUP_MCP_TOKEN_FILE');
  return { kind: 'http', postgres, influx, token };
}

function readToken(file: string | undefined): string | null {
  if (file === undefined) return null;
  const name = `The file of the MCP token ${quoted(file, 200)}`;
  const parsed = secret.min(1).safeParse(readPrivateFile(file, name, 'NETUP_MCP_TOKEN_FILE').trim());
  if (!parsed.success) throw new UserError(`${name} is not one line with a token.`);
  return parsed.data;
}

function missing(name: string): never {
  throw new UserError(`${name} is not set, for example ${name}=${exampleOf(name)}.`);
}

/** Without what was given: an address may have a secret in it. */
function fault({ path: [variable], message }: z.core.$ZodIssue): string {
  const name = String(variable);
  return `${name} ${message}, for example ${name}=${exampleOf(name)}.`;
}

function exampleOf(name: string): string {
  return VARIABLES.find((candidate) => candidate.name === name)?.example ?? '';
}
