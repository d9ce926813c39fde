import type { EncryptionKeys } from '../../config/encryption-keys.ts';
import type { SshLogin } from '../../config/settings.ts';
import type { SshReach } from '../../config/ssh-reach.ts';
import type { Credentials } from '../../devices/authentication.ts';
import { openDevice } from '../../devices/open-device.ts';
import { wayTo } from '../../devices/reach.ts';
import type { UpgradeRun } from '../../model/upgrade-run.ts';
import type { Database } from '../../postgres/database.ts';
import { deviceCredentials } from '../../collectors/device-credentials.ts';
import type { OpenDevice } from './device-login.ts';
import type { Pace } from './pace.ts';
import { StepFailed } from './step.ts';

export interface RouterAccess {
  readonly database: Database;
  readonly keys: EncryptionKeys;
  /** The login for organizations that have none stored. */
  readonly ssh: SshLogin | null;
  /** By what way routers are reached; directly and by modern algorithms if left out. */
  readonly reach?: SshReach | undefined;
  readonly workerName: string;
  readonly pace: Pace;
  /** The clock that boot times are told by; this computer's if left out. */
  readonly now?: () => Date;
}

/**
 * How to log in to the router of an upgrade. The secret is taken out once and kept while the upgrade runs here. A router whose host key was never seen is
 * refused: to trust it is for a person to decide.
 */
export function routerOpener(access: RouterAccess, run: UpgradeRun): OpenDevice {
  let credentials: Promise<Credentials> | null = null;
  return async (beforeSend, signal, onLine, onConnected) => {
    const { router } = run;
    if (router.platform === null)
      throw new StepFailed('The model of the router has no platform, so nobody knows how to talk to it.');
    if (router.hostKey === null) {
      throw new StepFailed(
        `The host key of the router was never seen: run \`netup-tui router check ${router.hostname} --accept-new-host-key\`.`,
      );
    }
    credentials ??= findCredentials(access, run);
    const login = await credentials.catch((error: unknown) => {
      credentials = null;
      throw error;
    });
    const { host, port, platform, hostKey } = router;
    const { command, login: connect, copy, install } = access.pace;
    const timeouts = { connect, command, copy, install };
    const { now } = access;
    const watch = { beforeSend, signal, onLine, onConnected, now };
    const way = access.reach === undefined ? {} : wayTo(access.reach, router.model);
    return openDevice({ ...login, ...way, host, port, platform, hostKey: { expect: hostKey }, timeouts, ...watch });
  };
}

async function findCredentials(
  { database, keys, ssh, workerName }: RouterAccess,
  run: UpgradeRun,
): Promise<Credentials> {
  const actor = { program: workerName, source: 'worker', correlationId: `upgrade-${run.id}` } as const;
  const use = { actor, purpose: 'upgrade', routerId: run.router.id, upgradeId: run.id };
  return deviceCredentials(database.organization(run.organizationId), keys, ssh, use);
}
