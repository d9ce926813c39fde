import type { UpgradeStatus } from '../../../model/upgrade.ts';
import { formatAge } from '../../format/age.ts';
import { formatCount, plural } from '../../format/numbers.ts';
import type { FleetProgress } from '../../loaders/fleet.ts';
import type { Part } from '../../text/parts.ts';

/** Older figures than this are said to be old. */
const HEALTH_OLD_MS = 120_000;

/** `48,212 routers · 37 need attention · 3 upgrades running · 5 wait for approval`, and what is not fresh. */
export function summaryParts(
  total: number,
  attention: number,
  counts: Readonly<Record<UpgradeStatus, number>> | null,
  progress: FleetProgress,
  now: number,
): readonly Part[] {
  const separator: Part = { tone: 'border', text: ' · ' };
  const parts: Part[] = [plural(total, 'router')];
  if (progress.loading) parts.push({ tone: 'info', text: ' so far …' });
  const health = healthNote(progress, now);
  if (health !== null) parts.push(separator, { tone: 'bad', text: health });
  if (progress.collectedAt !== undefined) parts.push(separator, { tone: 'info', text: 'figures from the collectors' });
  if (attention > 0) {
    parts.push(separator, {
      tone: 'warn',
      text: `${formatCount(attention)} ${attention === 1 ? 'needs' : 'need'} attention`,
    });
  }
  if (counts !== null) {
    if (counts.running > 0)
      parts.push(separator, { tone: 'accent', text: `${plural(counts.running, 'upgrade')} running` });
    if (counts.approved > 0) parts.push(separator, { tone: 'info', text: `${formatCount(counts.approved)} approved` });
    if (counts.pending > 0) {
      parts.push(separator, {
        tone: 'warn',
        text: `${formatCount(counts.pending)} ${counts.pending === 1 ? 'waits' : 'wait'} for approval`,
      });
    }
  }
  return parts;
}

/** What is wrong with the health of all rows; null while it is fresh, or still read for the first time. */
function healthNote({ healthAt, healthFailed, collectedAt }: FleetProgress, now: number): string | null {
  if (healthAt === null && healthFailed)
    return collectedAt === undefined ? 'no health: telemetry does not answer' : 'telemetry does not answer';
  if (healthAt === null) return null;
  return now - healthAt > HEALTH_OLD_MS ? `health is ${formatAge(now - healthAt)} old` : null;
}
