import { z } from 'zod';
import { quoted } from './printable.ts';
import { readPrivateFile } from './private-file.ts';
import { UserError } from './user-error.ts';
import { absolutePath, secret } from './values.ts';
import { VARIABLES } from './variables.ts';

/** A host that routers are logged in to through, with a login and a host key of its own. */
export interface JumpHost {
  readonly user: string;
  readonly host: string;
  readonly port: number;
  /** Fingerprint, `SHA256:...`. */
  readonly hostKey: string;
  readonly password: string | null;
  /** A private key in OpenSSH or PEM form; where there are both, it comes first. */
  readonly privateKey: string | null;
}

/** How routers are reached over SSH, whoever logs in, from NETUP_SSH_*. */
export interface SshReach {
  /** Names of models whose software has nothing better than SHA-1 and CBC, in small letters. */
  readonly legacyModels: ReadonlySet<string>;
  /** Null: routers are reached directly. */
  readonly jump: JumpHost | null;
}

const jumpUrl = z
  .string()
  .regex(/^ssh:\/\/[^:@/\s]+@(?:[\w.-]+|\[[\da-fA-F:]+\])(?::\d{1,5})?$/u, 'is not an address like its example')
  .refine((text) => URL.canParse(text), 'is not an address like its example');

const schema = z.object({
  NETUP_SSH_LEGACY_MODELS: z.string().max(4096, 'is longer than 4096 characters').optional(),
  NETUP_SSH_JUMP: jumpUrl.optional(),
  NETUP_SSH_JUMP_HOST_KEY: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/u, 'is not a fingerprint as ssh-keygen -l prints it')
    .optional(),
  NETUP_SSH_JUMP_PASSWORD: secret.optional(),
  NETUP_SSH_JUMP_KEY_FILE: absolutePath.optional(),
});

/** Reads how routers are reached. Throws a `UserError` without secrets in it. */
export function readSshReach(env: NodeJS.ProcessEnv): SshReach {
  const given = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, env[name] || undefined]));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new UserError(parsed.error.issues.map(fault).join('\n'));
  const { NETUP_SSH_LEGACY_MODELS: models = '', NETUP_SSH_JUMP: jump, ...values } = parsed.data;
  const names = models.split(',').map((name) => name.trim().toLowerCase());
  const legacyModels = new Set(names.filter((name) => name !== ''));
  if (jump === undefined) return { legacyModels, jump: null };
  const hostKey = values.NETUP_SSH_JUMP_HOST_KEY ?? missing('NETUP_SSH_JUMP_HOST_KEY');
  const password = values.NETUP_SSH_JUMP_PASSWORD ?? null;
  const file = values.NETUP_SSH_JUMP_KEY_FILE;
  if (file === undefined && password === null) return missing('NETUP_SSH_JUMP_KEY_FILE');
  const privateKey = file === undefined ? null : readKey(file);
  const { username, hostname, port } = new URL(jump);
  const host = hostname.replace(/^\[|\]$/gu, '');
  const user = decodeURIComponent(username);
  return { legacyModels, jump: { user, host, port: port === '' ? 22 : Number(port), hostKey, password, privateKey } };
}

function readKey(file: string): string {
  return readPrivateFile(file, `The key of the jump host ${quoted(file, 200)}`, 'NETUP_SSH_JUMP_KEY_FILE');
}

function missing(name: string): never {
  throw new UserError(`${name} is not set although NETUP_SSH_JUMP is, for example ${name}=${exampleOf(name)}.`);
}

function fault({ path: [variable], message }: z.core.$ZodIssue): string {
  const name = String(variable);
  return `${name} ${message}, for example ${name}=${exampleOf(name)}.`;
}

function exampleOf(name: string): string {
  return VARIABLES.find((candidate) => candidate.name === name)?.example ?? '';
}
