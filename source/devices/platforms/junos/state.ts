import { parseClockSynchronized } from '../../answers/clock.ts';
import { bootTime } from '../../boot-time.ts';
import type { DeviceLink } from '../../device-link.ts';
import { firstMatch } from '../../first-match.ts';
import type { DeviceState } from '../../operations.ts';
import { readVersion } from '../../read-version.ts';
import { junos } from '../junos.ts';
import { parseMemberVersions, parseRoutingEngines } from './members.ts';
import { parseInstallState } from './pending.ts';
import { parseFreeBytes, storageSchema } from './storage.ts';
import { parseUptimeReading, uptimeSchema } from './uptime.ts';

export async function readJunosState(link: DeviceLink): Promise<DeviceState> {
  const { hostname, model, version, answer: versions } = await readVersion(link, junos);
  const asked = link.now();
  const up = await link.ask('show system uptime');
  const answered = link.now();
  const uptime = link.read('show system uptime', up, uptimeSchema, parseUptimeReading(up));
  const hardware = await link.askIfKnown('show chassis hardware');
  const engines = await link.askIfKnown('show chassis routing-engine');
  const software = await link.askIfKnown('show system software list');
  return {
    hostname,
    model,
    serial: firstMatch(hardware ?? '', /^Chassis +(\S+)/mu),
    runningVersion: version,
    bootsNext: null,
    ...bootTime({ ...uptime, asked, answered }),
    freeBytes: await readFreeBytes(link),
    members: [...parseMemberVersions(versions), ...parseRoutingEngines(engines)],
    install: parseInstallState(software),
    clockSynchronized: parseClockSynchronized(await link.askIfKnown('show ntp status')),
  };
}

export async function readFreeBytes(link: DeviceLink): Promise<number> {
  const command = 'show system storage';
  const answer = await link.ask(command);
  return link.read(command, answer, storageSchema, parseFreeBytes(answer)).freeBytes;
}
