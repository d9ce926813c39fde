import { z } from 'zod';
import { parseClockSynchronized } from '../../answers/clock.ts';
import { type Directory, directorySchema, parseDirectory } from '../../answers/directory.ts';
import { runsRelease } from '../../../model/version.ts';
import { bootTime, type UptimeReading } from '../../boot-time.ts';
import type { DeviceLink } from '../../device-link.ts';
import { firstMatch } from '../../first-match.ts';
import type { DeviceState, InstallState } from '../../operations.ts';
import { readVersion } from '../../read-version.ts';
import { eos } from '../eos.ts';
import { parseMlag } from './members.ts';

/** Seconds, with fractions. Older releases do not have it. */
const exactSchema = z.object({ uptime: z.number().nonnegative() });
const minutesSchema = z.object({ uptime: z.number() });

export async function readEosState(link: DeviceLink): Promise<DeviceState> {
  const { answer, hostname, model, serial, version, uptimeSeconds } = await readVersion(link, eos);
  const asked = link.now();
  const json = await link.askIfKnown('show version | json');
  const answered = link.now();
  const exact = parseExactUptime(json);
  const uptime: Pick<UptimeReading, 'seconds' | 'resolution'> =
    exact === null
      ? { seconds: link.read('show version', answer, minutesSchema, { uptime: uptimeSeconds }).uptime, resolution: 60 }
      : { seconds: exact, resolution: 1 };
  const bootsNext = parseBootImage(await link.ask('show boot-config'));
  return {
    hostname,
    model,
    serial,
    runningVersion: version,
    bootsNext,
    ...bootTime({ ...uptime, asked, answered }),
    freeBytes: (await readFlash(link)).freeBytes,
    members: parseMlag(await link.askIfKnown('show mlag')),
    install: installState(version, bootsNext),
    clockSynchronized: parseClockSynchronized(await link.askIfKnown('show ntp status')),
  };
}

/** Nothing is unpacked: an image is a file, and one that would boot and is named after another version waits to be. */
function installState(running: string, bootsNext: string | null): InstallState {
  const version = /(?:^|[:/])EOS(?:64)?-(\d[\w.]*)\.swi$/u.exec(bootsNext ?? '')?.[1];
  return version === undefined || runsRelease('eos', running, version) ? { kind: 'idle' } : { kind: 'staged', version };
}

/** Seconds; null if it is not there. */
export function parseExactUptime(showVersionJson: string | null): number | null {
  try {
    return exactSchema.safeParse(JSON.parse(showVersionJson ?? '')).data?.uptime ?? null;
  } catch {
    return null;
  }
}

/** Such as `flash:/EOS-4.31.2F.swi`; null for `(not set)`. */
export function parseBootImage(showBootConfig: string): string | null {
  return firstMatch(showBootConfig, /^Software image: *([^\s(]\S*)/mu);
}

export async function readFlash(link: DeviceLink): Promise<Directory> {
  const answer = await link.ask('dir flash:');
  return link.read('dir flash:', answer, directorySchema, parseDirectory(answer));
}
