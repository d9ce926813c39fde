import { accessSync, constants, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ago, formatSpan } from '../../console/format/age.ts';
import { formatBytes, plural } from '../../console/format/numbers.ts';
import { destinationFolder } from '../../telemetry/spool/destination.ts';
import { isBehind, lostLately, refusedPoints } from '../../telemetry/spool/judge-writing.ts';
import { readWriting, type Writing } from '../../telemetry/spool/read-writing.ts';
import type { Context } from '../context.ts';
import { type Finding, ok, warn } from './finding.ts';

const CHECK = 'spool';

/** What the writers of telemetry on this machine have left to send, and what they lost. It is read from disk: none need run. */
export async function checkTelemetryWriting({
  settings,
  paths,
}: Pick<Context, 'settings' | 'paths'>): Promise<readonly Finding[]> {
  const { directory } = settings.spool;
  const own = settings.influx === null ? null : destinationFolder(directory, settings.influx);
  const others = (await readdir(directory).catch(() => []))
    .map((name) => path.join(directory, name))
    .filter((folder) => folder !== own);
  const findings = await Promise.all(others.map((folder) => findingOfOther(folder)));
  if (own !== null) findings.unshift(checkFolder(directory) ?? (await findingOf(own, paths.log)));
  return findings.filter((finding) => finding !== null);
}

async function findingOf(folder: string, log: string): Promise<Finding> {
  const now = Date.now();
  const writing = await readWriting(folder, now);
  const lost = lossText(writing, now);
  if (isBehind(writing, now)) {
    return warn(CHECK, [backlogText(writing, now), lost].filter((line) => line !== '').join('\n'), adviceFor(writing));
  }
  if (lostLately(writing, now)) return warn(CHECK, lost, `The log has the reasons: ${log}`);
  const waiting =
    writing.waiting === 0 ? 'no points wait' : `${plural(writing.waiting, 'point')} wait for the next batch`;
  return ok(CHECK, `${waiting}; ${lost === '' ? 'none were lost' : lost}`);
}

async function findingOfOther(folder: string): Promise<Finding | null> {
  const { waiting } = await readWriting(folder, Date.now());
  if (waiting === 0) return null;
  return warn(
    CHECK,
    `${plural(waiting, 'point')} wait in ${folder}, for a server or bucket that is not that of INFLUX_URL, INFLUX_ORG and INFLUX_BUCKET`,
    'They are sent when a writer runs with those settings; remove the folder if nobody needs them.',
  );
}

function backlogText({ waiting, bytes, oldestAt, inMemory, trouble }: Writing, now: number): string {
  const age = oldestAt === null ? '' : `, the oldest for ${formatSpan(now - oldestAt)}`;
  const memory = inMemory === 0 ? '' : `; ${plural(inMemory, 'point')} of them only in memory`;
  return `${plural(waiting, 'point')} (${formatBytes(bytes)}) wait for InfluxDB${age}${memory}${trouble === null ? '' : `: ${trouble}`}`;
}

function adviceFor({ abandoned, trouble }: Writing): string {
  if (trouble !== null) return 'Nothing is lost by that until the spool is full (NETUP_SPOOL_MAX).';
  if (abandoned > 0) return 'Their writer has ended: the next one sends them, so start it again.';
  return 'The server takes less than comes in: see INFLUX_BATCH_SIZE, and how busy the server is.';
}

/** Empty if nothing was lost. */
function lossText(writing: Writing, now: number): string {
  const { dropped, damaged, refused, since, lossAt } = writing;
  const reasons = Object.entries(refused).map(([reason, points]) => `${reason}: ${points}`);
  const parts = [
    dropped === 0 ? '' : `${plural(dropped, 'point')} dropped`,
    reasons.length === 0 ? '' : `${plural(refusedPoints(writing), 'point')} refused (${reasons.join(', ')})`,
    damaged === 0 ? '' : `${plural(damaged, 'record')} on disk damaged`,
  ].filter((part) => part !== '');
  if (parts.length === 0) return '';
  const last = lossAt === null ? '' : `, the last ${ago(now - lossAt)}`;
  return `${parts.join('; ')} since ${new Date(since).toISOString().slice(0, 16)}Z${last}`;
}

function checkFolder(directory: string): Finding | null {
  // The first writer makes it; until then it is enough that it can be made.
  let place = directory;
  while (!existsSync(place)) place = path.dirname(place);
  try {
    accessSync(`${place}/`, constants.W_OK);
    return null;
  } catch {
    return warn(
      CHECK,
      `${directory} cannot be written: while InfluxDB is away, points wait in memory alone`,
      'Set NETUP_SPOOL_DIR to a folder that the writer can write.',
    );
  }
}
