import type { History, HistorySubject } from '../../model/telemetry.ts';
import { type HistoryPlan, startOf } from '../history-plan.ts';
import { fuller, historyOf, regroup, type Rollups } from '../rollups.ts';
import { historySources, type HistorySource, keptOf } from './history-query.ts';
import { InfluxRefusal } from './unavailable.ts';

interface Account {
  readonly source: HistorySource;
  /** Null if its bucket is not there, or not ours to read: InfluxDB says 404 to both. */
  readonly rollups: Rollups | null;
}

/** Reads the sources of a plan side by side and puts them together. A bucket of the tasks that cannot be read is named, and done without. */
export async function readHistory(
  subject: HistorySubject,
  plan: HistoryPlan,
  now: number,
  readSource: (source: HistorySource) => Promise<Rollups>,
): Promise<History> {
  const accounts = await Promise.all(
    historySources(subject, plan, now).map(async (source): Promise<Account> => {
      const rollups = await readSource(source).catch((error: unknown) => nullIfNotThere(source, error));
      return { source, rollups };
    }),
  );
  const readable = accounts.filter(({ rollups }) => rollups !== null).map(({ source }) => keptOf(source));
  return {
    ...historyOf(plan.edges, putTogether(plan, accounts)),
    keptFrom: now - Math.max(0, ...readable),
    unreadable: accounts.flatMap(({ source, rollups }) =>
      rollups === null && source.kind !== 'readings' ? [source.bucket] : [],
    ),
  };
}

/** Months stand beside months: what is finer is put together before it is compared with them. */
function putTogether({ resolution }: HistoryPlan, accounts: readonly Account[]): Rollups {
  const all = (isOne: (source: HistorySource) => boolean): Rollups =>
    accounts
      .filter(({ source }) => isOne(source))
      .reduce<Rollups>((whole, { rollups }) => (rollups === null ? whole : fuller(whole, rollups)), new Map());
  const finer = all(({ kind }) => kind !== 'monthly');
  if (resolution !== 'month') return finer;
  const months = regroup(finer, (start) => startOf('month', start));
  return fuller(
    months,
    all(({ kind }) => kind === 'monthly'),
  );
}

function nullIfNotThere(source: HistorySource, error: unknown): null {
  if (source.kind !== 'readings' && error instanceof InfluxRefusal && error.status === 404) return null;
  throw error;
}
