import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { OrgsAPI, SetupAPI, SigninAPI, SignoutAPI } from '@influxdata/influxdb-client-apis';
import { z } from 'zod';
import type { InfluxAdminSettings } from '../../config/influx-admin.ts';
import { UserError } from '../../config/user-error.ts';
import type { DeclaredBucket } from './influx-schema.ts';
import { refused } from './refused.ts';

const TIMEOUT_MS = 20_000;

const setupAnswer = z.object({ allowed: z.boolean() });
const orgsAnswer = z.object({ orgs: z.array(z.object({ id: z.string(), name: z.string() })) });

/** Does something on the server; what fails is told by one sentence, in which `doing` says at what. */
export type Attempt = <T>(doing: string, work: (client: InfluxDB) => Promise<T>) => Promise<T>;

/** An administrator's access to one organization. */
export interface InfluxAdmin {
  readonly attempt: Attempt;
  readonly orgId: string;
  readonly org: string;
  /** Ends the session, if there is one. Never rejects. */
  close(): Promise<void>;
}

/** True if nobody has set the server up yet. */
export function isEmptyServer(settings: InfluxAdminSettings): Promise<boolean> {
  return attemptWith(settings, {})('asking whether it is set up', async (client) => {
    const { allowed } = setupAnswer.parse(await new SetupAPI(client).getSetup());
    return allowed;
  });
}

/** Gives an empty server its first user, its organization and the bucket that InfluxDB wants with them. */
export async function setUpEmptyServer(settings: InfluxAdminSettings, bucket: DeclaredBucket): Promise<void> {
  const { login, org, token } = settings;
  if (login === null) throw new UserError(loginMissing(settings));
  await attemptWith(settings, {})('setting it up', (client) =>
    new SetupAPI(client).postSetup({
      body: {
        username: login.user,
        password: login.password,
        org,
        bucket: bucket.name,
        retentionPeriodSeconds: bucket.retentionSeconds,
        ...(token === null ? {} : { token }),
      },
    }),
  );
}

/** Says what an empty server needs. */
export function loginMissing({ url }: InfluxAdminSettings): string {
  return `InfluxDB at ${new URL(url).host} is empty: set INFLUX_USER and INFLUX_PASSWORD (8 characters or more) to the administrator that it shall get.`;
}

/** By the token, or signed in as the user; an answer may be silent for `timeoutMs`. Rejects with a `UserError` if the server does not know the organization. */
export async function openInfluxAdmin(settings: InfluxAdminSettings, timeoutMs = TIMEOUT_MS): Promise<InfluxAdmin> {
  const access = settings.token === null ? { cookie: await signIn(settings) } : { token: settings.token };
  const attempt = attemptWith(settings, access, timeoutMs);
  const close = async (): Promise<void> => {
    if (settings.token !== null) return;
    await attempt('signing out', (client) => new SignoutAPI(client).postSignout()).catch(() => undefined);
  };
  try {
    return { attempt, orgId: await findOrg(settings, attempt), org: settings.org, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Access {
  readonly token?: string;
  readonly cookie?: string;
}

function attemptWith(settings: InfluxAdminSettings, { token, cookie }: Access, timeout = TIMEOUT_MS): Attempt {
  const client = new InfluxDB({
    url: settings.url,
    timeout,
    ...(token === undefined ? {} : { token }),
    ...(cookie === undefined ? {} : { headers: { cookie } }),
  });
  return async (doing, work) => {
    try {
      return await work(client);
    } catch (error) {
      throw refused(error, doing, settings);
    }
  };
}

/** The session's cookie. */
async function signIn(settings: InfluxAdminSettings): Promise<string> {
  const { login } = settings;
  if (login === null) throw new UserError(loginMissing(settings));
  let cookie = '';
  await attemptWith(settings, {})('signing in', (client) =>
    new SigninAPI(client).postSignin(
      { auth: login },
      {
        responseStarted: (headers) => {
          const [first = ''] = [headers['set-cookie'] ?? []].flat();
          cookie = first.split(';')[0] ?? '';
        },
      },
    ),
  );
  return cookie;
}

async function findOrg({ url, org }: InfluxAdminSettings, attempt: Attempt): Promise<string> {
  const found = await attempt('looking for the organization', async (client) => {
    try {
      return orgsAnswer.parse(await new OrgsAPI(client).getOrgs({ org })).orgs;
    } catch (error) {
      if (error instanceof HttpError && error.statusCode === 404) return [];
      throw error;
    }
  });
  const id = found.find(({ name }) => name === org)?.id;
  if (id !== undefined) return id;
  throw new UserError(
    `InfluxDB at ${new URL(url).host} has no organization "${org}", or does not show it to this administrator; check INFLUX_ORG.`,
  );
}
