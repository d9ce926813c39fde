import type { PollTarget } from '../../source/collectors/poller.ts';

/** A router on this machine, to poll in a test. */
export function targetOf(changes: Partial<PollTarget> = {}): PollTarget {
  return {
    organizationId: '00000000-0000-4000-8000-000000000001',
    routerId: '1',
    hostname: 'ams-edge-01',
    site: null,
    vendor: null,
    platform: null,
    model: null,
    address: '127.0.0.1',
    snmpPort: 161,
    sshPort: 22,
    hostKey: null,
    ...changes,
  };
}
