import { z } from 'zod';
import { quoted } from './printable.ts';
import { UserError } from './user-error.ts';
import { fieldText, influxUrl, secret, yesNo } from './values.ts';
import { VARIABLES } from './variables.ts';

/** How to set up InfluxDB, from INFLUX_*. At least one of `token` and `login` is there. */
export interface InfluxAdminSettings {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  /** An operator or all-access token; null: sign in with `login`. */
  readonly token: string | null;
  /** The administrator, whom an empty server gets as its first user. */
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly readOnly: boolean;
}

const schema = z.object({
  INFLUX_URL: influxUrl,
  INFLUX_ORG: fieldText.default('network-operations'),
  INFLUX_BUCKET: fieldText.default('telemetry'),
  INFLUX_ADMIN_TOKEN: secret.optional(),
  INFLUX_USER: fieldText.optional(),
  INFLUX_PASSWORD: secret.optional(),
  NETUP_READ_ONLY: yesNo.default(false),
});

/** Reads what `netup-tui setup influx` needs; an empty variable counts as not set. Throws a `UserError` without secrets in it. */
export function readInfluxAdmin(env: NodeJS.ProcessEnv): InfluxAdminSettings {
  const given = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, env[name] || undefined]));
  if (given['INFLUX_URL'] === undefined) {
    throw new UserError('INFLUX_URL is not set: it says which InfluxDB to set up, for example http://127.0.0.1:8086.');
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new UserError(parsed.error.issues.map((issue) => fault(issue, given)).join('\n'));
  const { INFLUX_ADMIN_TOKEN: token, INFLUX_USER: user, INFLUX_PASSWORD: password, ...rest } = parsed.data;
  const login = user === undefined || password === undefined ? null : { user, password };
  if (token === undefined && login === null) {
    throw new UserError(
      'Setting up InfluxDB needs an administrator: set INFLUX_ADMIN_TOKEN to an operator or all-access token, or INFLUX_USER and INFLUX_PASSWORD.',
    );
  }
  return {
    url: rest.INFLUX_URL,
    org: rest.INFLUX_ORG,
    bucket: rest.INFLUX_BUCKET,
    token: token ?? null,
    login,
    readOnly: rest.NETUP_READ_ONLY,
  };
}

function fault(issue: z.core.$ZodIssue, given: Readonly<Record<string, string | undefined>>): string {
  const name = String(issue.path[0]);
  const variable = VARIABLES.find((candidate) => candidate.name === name);
  const isHidden = variable?.secret === true || name === 'INFLUX_URL';
  const value = isHidden ? '' : `=${quoted(given[name] ?? '')}`;
  return `${name}${value} ${issue.message}, for example ${name}=${variable?.example ?? ''}.`;
}
