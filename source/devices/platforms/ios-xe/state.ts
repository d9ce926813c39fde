import { z } from 'zod';
import { bootTime } from '../../boot-time.ts';
import { directorySchema, type Directory, parseDirectory } from '../../answers/directory.ts';
import { parseClockSynchronized } from '../../answers/clock.ts';
import type { DeviceLink } from '../../device-link.ts';
import type { DeviceState } from '../../operations.ts';
import { iosXe } from '../ios-xe.ts';
import { readVersion } from '../../read-version.ts';
import { installState, type InstallSummary, installSummarySchema, parseInstallSummary } from './install-summary.ts';
import { parseRedundancy, parseStack } from './members.ts';
import { clockUptime } from './uptime.ts';

const uptimeSchema = z.object({ uptime: z.number() });

export async function readIosXeState(link: DeviceLink): Promise<DeviceState> {
  const asked = link.now();
  const { answer, version, uptimeSeconds, ...facts } = await readVersion(link, iosXe);
  const clock = await link.askIfKnown('show clock');
  const answered = link.now();
  const minutes = link.read('show version', answer, uptimeSchema, { uptime: uptimeSeconds }).uptime;
  const boot = await link.askIfKnown('show boot');
  const redundancy = await link.askIfKnown('show redundancy');
  const summary = await readInstallSummary(link);
  const { freeBytes } = await readFlash(link);
  return {
    hostname: facts.hostname,
    model: facts.model,
    serial: facts.serial,
    runningVersion: version,
    bootsNext: boot === null ? null : parseBootVariable(boot),
    ...bootTime({ ...clockUptime(answer, clock, minutes), asked, answered }),
    freeBytes,
    members: [...parseStack(answer), ...parseRedundancy(redundancy)],
    install: installState(summary),
    clockSynchronized: parseClockSynchronized(await link.askIfKnown('show ntp status')),
  };
}

export async function readInstallSummary(link: DeviceLink): Promise<InstallSummary> {
  const command = 'show install summary';
  const answer = await link.ask(command);
  return link.read(command, answer, installSummarySchema, parseInstallSummary(answer));
}

export async function readFlash(link: DeviceLink): Promise<Directory> {
  const answer = await link.ask('dir flash:');
  return link.read('dir flash:', answer, directorySchema, parseDirectory(answer));
}

/** The first file that it would boot; null if none is named. A switch names what it booted, and then what it boots next. */
export function parseBootVariable(showBoot: string): string | null {
  const files = [...showBoot.matchAll(/^\s*BOOT (?:variable =|path-list\s*:) *([^\s,;]+)/gmu)].map(([, file]) => file);
  return files.at(-1) ?? null;
}
