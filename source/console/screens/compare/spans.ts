import type { UpgradeDetail } from '../../../model/upgrade.ts';
import type { TimeWindow } from '../../../telemetry/store.ts';

const MINUTE_MS = 60_000;

/** How long before and after an upgrade is compared, by its name. */
export const SPANS = {
  '15 min': 15 * MINUTE_MS,
  '1 h': 60 * MINUTE_MS,
  '2 h': 120 * MINUTE_MS,
  '24 h': 1440 * MINUTE_MS,
} as const;
export type SpanName = keyof typeof SPANS;
export const SPAN_NAMES = ['15 min', '1 h', '2 h', '24 h'] as const satisfies readonly SpanName[];

/** The time before the device was told to go down, and the time after the upgrade was over. */
export interface Spans {
  readonly before: TimeWindow;
  /** Null while it is not over, and in its first minute. */
  readonly after: TimeWindow | null;
}

/**
 * What there is to compare, up to now; a sentence where there is nothing. An upgrade that failed or was taken back is over as well, when its last
 * step was.
 */
export function spansOf(upgrade: UpgradeDetail, span: SpanName, now: number): Spans | string {
  if (upgrade.dryRun) return 'A dry-run changes nothing on its device: there is nothing to compare.';
  const activated = upgrade.steps.find(({ name }) => name === 'activate')?.startedAt ?? null;
  if (activated === null) return 'Its device was not told to go down yet: there is nothing to compare.';
  const length = SPANS[span];
  const down = wholeMinute(activated.getTime());
  const over = endOf(upgrade);
  const start = over === null ? null : Math.ceil(over.getTime() / MINUTE_MS) * MINUTE_MS;
  const end = start === null ? null : Math.min(start + length, wholeMinute(now));
  return {
    before: { start: down - length, end: down },
    after: start === null || end === null || end <= start ? null : { start, end },
  };
}

/** When the new version was committed, or the old one was back; cleaning up changes nothing any more. */
function endOf({ steps, finishedAt }: UpgradeDetail): Date | null {
  const back = steps.find(({ name }) => name === 'rollback')?.finishedAt ?? null;
  const committed = steps.find(({ name, status }) => name === 'commit' && status === 'success')?.finishedAt ?? null;
  return back ?? committed ?? finishedAt;
}

function wholeMinute(time: number): number {
  return Math.floor(time / MINUTE_MS) * MINUTE_MS;
}
