import { DeviceError, type DeviceErrorCode } from '../../devices/device-error.ts';
import { pollDevice } from '../../devices/poll-device.ts';
import type { Target } from '../../devices/target.ts';
import type { Point } from '../../model/telemetry.ts';
import { cleanLine } from '../../model/text.ts';
import { pointTags } from '../point-tags.ts';
import { type DeviceFacts, PollFailed, type Poller, type PollTarget, type Reading } from '../poller.ts';
import { targetKey } from '../target-key.ts';
import { countEvents, type LogMemory, newEntries, rememberLog } from './log-memory.ts';
import { RefusedLogins } from './refused-logins.ts';

/** How to log in to a router; its address and its host key are the inventory's. */
export type SshLogin = Omit<Target, 'host' | 'port' | 'hostKey' | 'signal' | 'onLine' | 'beforeSend'>;

export interface SshPollerOptions {
  /** Called for each poll, so it keeps what it knows. Rejects with a `PollFailed` if there is none. */
  readonly loginOf: (target: PollTarget) => Promise<SshLogin>;
  /** Milliseconds since the epoch; this computer's if left out. */
  readonly now?: () => number;
}

const WHY: Readonly<Record<DeviceErrorCode, PollFailed['why']>> = {
  unreachable: 'silent',
  timeout: 'silent',
  closed: 'silent',
  authentication: 'refused',
  host_key: 'refused',
  command_rejected: 'refused',
  unexpected_prompt: 'unreadable',
  unparseable: 'unreadable',
};

/** Reads by SSH what SNMP does not have: events of the log; and facts, where there is no SNMP. One login a poll. */
export function openSshPoller({ loginOf, now = () => Date.now() }: SshPollerOptions): Poller {
  const logs = new Map<string, LogMemory>();
  const refused = new RefusedLogins();

  return {
    name: 'ssh',
    parts: ['errors', 'facts'],
    async poll(target, parts, signal) {
      signal.throwIfAborted();
      const key = targetKey(target);
      const login = await loginOf(target);
      if (refused.has(key, login, now() / 1000)) {
        throw new PollFailed('refused', `${shown(target)} refused this login; it is not tried again for an hour.`);
      }
      const wanted = { facts: parts.includes('facts'), log: parts.includes('errors') };
      const device = await pollDevice({ ...login, ...reachable(target), signal }, wanted).catch((error: unknown) => {
        if (!(error instanceof DeviceError)) throw error;
        if (error.code === 'authentication') refused.add(key, login, now() / 1000);
        throw new PollFailed(WHY[error.code], error.message);
      });
      const at = now();
      const missing: string[] = [];
      const points: Point[] = [];
      if (device.log !== null) {
        const before = logs.get(key);
        logs.set(key, rememberLog(device.log));
        if (device.log.length > 0 && device.log.every(({ severity }) => severity === null)) {
          missing.push('no severities in the log (Junos: set system syslog file messages explicit-priority)');
        } else if (before !== undefined) {
          const counts = countEvents(newEntries(device.log, before));
          for (const severity of ['critical', 'warning'] as const) {
            const fields = { error_count: counts[severity] };
            points.push({ measurement: 'errors', tags: pointTags(target), time: at, severity, fields });
          }
        }
      }
      for (const part of parts) {
        if (part === 'health' || part === 'interfaces') missing.push(`no ${part} over SSH: they are read by SNMP`);
      }
      return { at, points, facts: device.facts === null ? null : factsOf(device.facts), missing } satisfies Reading;
    },
    forget(target) {
      logs.delete(targetKey(target));
      refused.delete(targetKey(target));
    },
    close: () => Promise.resolve(),
  };
}

function factsOf({ version, serial, uptimeSeconds }: DeviceFacts & { readonly version: string }): DeviceFacts {
  return { version, serial, uptimeSeconds };
}

/** Where and what the router is. Throws `PollFailed` for one that cannot be logged in to, which is never tried with a key nobody knows. */
function reachable(
  target: PollTarget,
): Pick<Target, 'host' | 'port' | 'hostKey'> & { platform: NonNullable<PollTarget['platform']> } {
  const { platform, hostKey, address, sshPort } = target;
  if (platform === null) throw new PollFailed('unreadable', `${shown(target)} has no platform that SSH is known for.`);
  if (hostKey === null) {
    throw new PollFailed('refused', `The host key of ${shown(target)} was never seen: use netup-tui router check.`);
  }
  return { platform, host: address, port: sshPort, hostKey: { expect: hostKey } };
}

function shown({ hostname }: PollTarget): string {
  return cleanLine(hostname).slice(0, 253);
}
