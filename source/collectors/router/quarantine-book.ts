import type { QuarantineEntry } from '../../postgres/quarantine.ts';
import type { Doubt } from './check-reading.ts';

/** So many entries of an organization wait to be written; what comes on top is counted under one of them. */
const MOST = 500;
const OTHERS = { routerId: '', reason: 'more than can be told apart', field: '' } as const;

/** What is to go into quarantine, counted by router, reason and field. */
export class QuarantineBook {
  /** By organization, then by key. */
  readonly #entries = new Map<string, Map<string, QuarantineEntry>>();

  add(organizationId: string, routerId: string, doubt: Doubt, now: number): void {
    this.#put(organizationId, { routerId, ...doubt, count: 1, firstSeenAt: now, lastSeenAt: now });
  }

  /** Organizations that have something to be written. */
  organizations(): readonly string[] {
    return [...this.#entries.keys()];
  }

  take(organizationId: string): readonly QuarantineEntry[] {
    const entries = this.#entries.get(organizationId);
    this.#entries.delete(organizationId);
    return [...(entries?.values() ?? [])];
  }

  putBack(organizationId: string, entries: readonly QuarantineEntry[]): void {
    for (const entry of entries) this.#put(organizationId, entry);
  }

  #put(organizationId: string, entry: QuarantineEntry): void {
    const entries = this.#entries.get(organizationId) ?? new Map<string, QuarantineEntry>();
    this.#entries.set(organizationId, entries);
    const own = keyOf(entry);
    const isOther = entries.size >= MOST && !entries.has(own);
    const kept = isOther ? { ...entry, ...OTHERS } : entry;
    const before = entries.get(keyOf(kept));
    entries.set(
      keyOf(kept),
      before === undefined
        ? kept
        : {
            ...(entry.lastSeenAt >= before.lastSeenAt ? kept : before),
            count: before.count + entry.count,
            firstSeenAt: Math.min(before.firstSeenAt, entry.firstSeenAt),
          },
    );
  }
}

function keyOf({ routerId, reason, field }: Pick<QuarantineEntry, 'routerId' | 'reason' | 'field'>): string {
  return JSON.stringify([routerId, reason, field]);
}
