import { existsSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { formatBytes } from '../../console/format/numbers.ts';
import type { Context } from '../context.ts';
import { type Finding, warn } from './finding.ts';

/** Whether the disk has room for the spool at its largest; nothing where it does, or telemetry goes elsewhere. */
export function checkDisk({ settings }: Pick<Context, 'settings'>): readonly Finding[] {
  if (settings.influx === null) return [];
  const { directory, maxBytes } = settings.spool;
  let place = directory;
  while (!existsSync(place)) place = path.dirname(place);
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  if (free >= maxBytes) return [];
  return [
    warn(
      'disk',
      `${formatBytes(free)} are free for ${directory}, and the spool may take ${formatBytes(maxBytes)}`,
      'Make room, or set NETUP_SPOOL_MAX lower; on a full disk points wait in memory, and are lost when the process ends.',
    ),
  ];
}
