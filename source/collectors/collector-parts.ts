import type { EncryptionKeys } from '../config/encryption-keys.ts';
import type { SshLogin } from '../config/settings.ts';
import type { SshReach } from '../config/ssh-reach.ts';
import { wayTo } from '../devices/reach.ts';
import { type CollectorOptions, collectorActor } from './collector.ts';
import { DeviceLogins } from './device-logins.ts';
import { PolledBy } from './polled-by.ts';
import { openSnmpPoller } from './snmp/snmp-poller.ts';
import { openSshPoller } from './ssh/ssh-poller.ts';

export interface PartsOptions extends Pick<
  CollectorOptions,
  'database' | 'telemetry' | 'presence' | 'intervals' | 'timeoutMs' | 'log'
> {
  readonly keys: EncryptionKeys;
  /** The SSH login of organizations that have none stored. */
  readonly ssh: SshLogin | null;
  /** By what way routers are reached over SSH; directly and by modern algorithms if left out. */
  readonly reach?: SshReach;
}

/** What a collector works with: both ways to routers, with the credentials of their organizations. `close` is for after it was stopped. */
export function collectorParts({ keys, ssh: login, reach, ...common }: PartsOptions): {
  readonly options: CollectorOptions;
  readonly close: () => Promise<void>;
} {
  const { database, presence, log } = common;
  const logins = new DeviceLogins({ database, keys, ssh: login, actor: collectorActor(presence) });
  const snmp = openSnmpPoller({ loginOf: (target) => logins.snmp(target) });
  const ssh = openSshPoller({
    loginOf: async (target) => ({
      ...(await logins.ssh(target)),
      ...(reach === undefined ? {} : wayTo(reach, target.model)),
    }),
  });
  const polledBy = new PolledBy({
    database,
    snmp,
    ssh,
    hasSshLogin: login?.password != null,
    onNoWay: (organizationId) =>
      log.warn(
        `The organization ${organizationId} has neither an SNMP nor an SSH credential, so its routers are not polled: store one with \`netup-tui credentials add\`, and start the collector again.`,
      ),
  });
  return {
    options: {
      ...common,
      pollersOf: (target) => polledBy.of(target),
      prepare: (organizationId) => polledBy.prepare(organizationId),
    },
    async close() {
      await Promise.all([snmp.close(), ssh.close()]);
    },
  };
}
