import { readSshReach } from '../config/ssh-reach.ts';
import { UserError } from '../config/user-error.ts';
import { readFacts } from '../devices/check-router.ts';
import { DeviceError } from '../devices/device-error.ts';
import type { HostKeyRule } from '../devices/host-key.ts';
import { wayTo } from '../devices/reach.ts';
import { sameVersion } from '../model/version.ts';
import { getHostKey, pinHostKey } from '../postgres/routers.ts';
import { readCommandLine } from './command-line.ts';
import { type Context, openContext } from './context.ts';
import { findRouterOf, refuseIfReadOnly } from './find-router.ts';
import { factLines } from './router-facts.ts';
import { findLogin } from './router-login.ts';
import { actorIn } from './session.ts';
import { print, type Run, type Shell } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'router check',
    operands: 'HOST',
    count: [1, 1],
    purpose:
      'Logs in to a router over SSH, reads `show version` and compares it with the inventory; changes nothing on the router. ' +
      'The login is a stored credential, or NETUP_SSH_USER and NETUP_SSH_PASSWORD, which is asked for if it is not set.',
    flags: {
      acceptNewHostKey: { type: 'boolean', help: 'trust the key of a router that has none on record yet; audited' },
      legacyAlgorithms: { type: 'boolean', help: 'allow SHA-1 and CBC, for a router that has nothing better' },
      credential: { type: 'string', placeholder: 'NAME', help: 'log in with this stored credential' },
      passwordStdin: { type: 'boolean', help: 'read the password from standard input' },
      json: { type: 'boolean', help: 'print one JSON object' },
    },
    examples: ['router check core-r1', 'router check core-r1 --accept-new-host-key --json < password-file'],
  });
  const context = openContext(shell.env);
  try {
    return await check(context, shell, operands[0] ?? '', flags);
  } finally {
    await context.close();
  }
};

interface Flags {
  readonly acceptNewHostKey?: boolean | undefined;
  readonly legacyAlgorithms?: boolean | undefined;
  readonly credential?: string | undefined;
  readonly passwordStdin?: boolean | undefined;
  readonly json?: boolean | undefined;
}

async function check(context: Context, shell: Shell, host: string, flags: Flags): Promise<number> {
  const { session, membership, scope, router } = await findRouterOf(context, host);
  const actor = actorIn(session, membership, 'operator', 'log in to a router');
  const acceptNew = flags.acceptNewHostKey === true;
  const { platform } = router;
  if (platform === null) {
    throw new UserError(
      `The platform of ${router.hostname} is not known, because its model is not: load its model first.`,
    );
  }
  if (acceptNew) refuseIfReadOnly(context, 'store a host key');
  const way = wayTo(readSshReach(shell.env), router.model);
  const known = await getHostKey(scope, router.id);
  const login = await findLogin(context, shell, scope, {
    hostname: router.hostname,
    credential: flags.credential,
    passwordStdin: flags.passwordStdin === true,
    use: { actor, purpose: 'router check', routerId: router.id },
  });
  const facts = await readFacts({
    host: router.managementAddress,
    port: router.managementPort,
    platform,
    ...login,
    hostKey: rule(known, acceptNew),
    ...way,
    ...(flags.legacyAlgorithms === true ? { algorithms: 'legacy' } : {}),
  }).catch((error: unknown) => {
    throw known === null && !acceptNew ? withAdvice(error) : error;
  });
  if (known === null) await pinHostKey(scope, actor, router.id, facts.hostKey);
  const matches = sameVersion(platform, facts.version, router.runningVersion);
  if (flags.json === true) {
    print(shell.stdout, JSON.stringify({ router: router.id, inventory: router.runningVersion, matches, ...facts }));
  } else {
    print(shell.stdout, ...factLines(router, facts, { matches, newKey: known === null }));
  }
  return matches ? 0 : 1;
}

function rule(known: string | null, acceptNew: boolean): HostKeyRule {
  return known === null ? { learn: () => acceptNew } : { expect: known };
}

function withAdvice(error: unknown): unknown {
  if (!(error instanceof DeviceError) || error.code !== 'host_key') return error;
  return new UserError(
    `${error.message} If that is the router's key (its console tells), run this again with --accept-new-host-key.`,
    { cause: error },
  );
}
