import { z } from 'zod';
import { quoted } from './printable.ts';
import { readPrivateFile } from './private-file.ts';
import { UserError } from './user-error.ts';
import { absolutePath, choice, duration, fieldText, secret, wholeNumber } from './values.ts';
import { VARIABLES } from './variables.ts';

/** Which language model looks at decisions, from NETUP_ADVISOR_*. */
export interface AdvisorSettings {
  readonly kind: 'openai-compatible' | 'anthropic';
  /** Base of the API, with its version: `https://host/v1`; null: Anthropic's own. */
  readonly url: string | null;
  readonly model: string;
  /** Null: the server wants none. */
  readonly key: string | null;
  /** For one question with its retry, milliseconds. */
  readonly timeoutMs: number;
  /** Tokens of one answer at most. */
  readonly answerTokens: number;
  /** Questions and tokens in an hour at most. */
  readonly perHour: number;
  readonly tokensPerHour: number;
}

const httpUrl = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/u.test(url.protocol) && url.username === '' && url.password === '';
}, 'is not an address of a server without a login in it');

const schema = z.object({
  NETUP_ADVISOR: choice(['none', 'openai-compatible', 'anthropic']).default('none'),
  NETUP_ADVISOR_URL: httpUrl.optional(),
  NETUP_ADVISOR_MODEL: fieldText.optional(),
  NETUP_ADVISOR_KEY: secret.optional(),
  NETUP_ADVISOR_KEY_FILE: absolutePath.optional(),
  NETUP_ADVISOR_TIMEOUT: duration(100, 300_000).default(20_000),
  NETUP_ADVISOR_ANSWER_TOKENS: wholeNumber(50, 10_000).default(1000),
  NETUP_ADVISOR_PER_HOUR: wholeNumber(1, 100_000).default(120),
  NETUP_ADVISOR_TOKENS_PER_HOUR: wholeNumber(1000, 100_000_000).default(500_000),
});

/** Reads which advisor to ask; null: none, which is the default. Throws a `UserError` without secrets in it. */
export function readAdvisorSettings(env: NodeJS.ProcessEnv): AdvisorSettings | null {
  const given = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, env[name] || undefined]));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new UserError(parsed.error.issues.map((issue) => fault(issue, given)).join('\n'));
  const values = parsed.data;
  const kind = values.NETUP_ADVISOR;
  if (kind === 'none') return null;
  const model = values.NETUP_ADVISOR_MODEL ?? missing('NETUP_ADVISOR_MODEL');
  if (kind === 'openai-compatible' && values.NETUP_ADVISOR_URL === undefined) missing('NETUP_ADVISOR_URL');
  const key = readKey(values.NETUP_ADVISOR_KEY, values.NETUP_ADVISOR_KEY_FILE);
  if (kind === 'anthropic' && key === null) missing('NETUP_ADVISOR_KEY');
  return {
    kind,
    url: values.NETUP_ADVISOR_URL ?? null,
    model,
    key,
    timeoutMs: values.NETUP_ADVISOR_TIMEOUT,
    answerTokens: values.NETUP_ADVISOR_ANSWER_TOKENS,
    perHour: values.NETUP_ADVISOR_PER_HOUR,
    tokensPerHour: values.NETUP_ADVISOR_TOKENS_PER_HOUR,
  };
}

function readKey(key: string | undefined, file: string | undefined): string | null {
  if (key !== undefined || file === undefined) return key ?? null;
  const name = `The key file of the advisor ${quoted(file, 200)}`;
  const text = readPrivateFile(file, name, 'NETUP_ADVISOR_KEY_FILE').trim();
  const parsed = secret.min(1).safeParse(text);
  if (!parsed.success) throw new UserError(`${name} is not one line with a key.`);
  return parsed.data;
}

function missing(name: string): never {
  const example = VARIABLES.find((candidate) => candidate.name === name)?.example ?? '';
  throw new UserError(`${name} is not set although NETUP_ADVISOR is, for example ${name}=${example}.`);
}

function fault(issue: z.core.$ZodIssue, given: Readonly<Record<string, string | undefined>>): string {
  const name = String(issue.path[0]);
  const variable = VARIABLES.find((candidate) => candidate.name === name);
  const isHidden = variable?.secret === true || name === 'NETUP_ADVISOR_URL';
  const value = isHidden ? '' : `=${quoted(given[name] ?? '')}`;
  return `${name}${value} ${issue.message}, for example ${name}=${variable?.example ?? ''}.`;
}
