import { addStates, type WritingState } from './writing-state.ts';

/** Losses older than this are not carried over to the next writer, milliseconds. */
const REMEMBERED_MS = 24 * 3_600_000;
/** Different reasons kept at most: what a server says may be new every time. */
const MAX_REASONS = 30;

/** The losses of a writer, counted since it began or, if it took over those of another one, since that one did. */
export class Losses {
  readonly #now: () => number;
  readonly #refused = new Map<string, number>();
  #dropped = 0;
  #damaged = 0;
  #since: number;
  #lossAt: number | null = null;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  addDropped(points: number): void {
    this.#dropped += points;
    this.#lossAt = this.#now();
  }

  addDamaged(records: number): void {
    this.#damaged += records;
    this.#lossAt = this.#now();
  }

  addRefused(reason: string, points: number): void {
    this.#count(reason, points);
    this.#lossAt = this.#now();
  }

  carryOver(states: readonly WritingState[]): void {
    const now = this.#now();
    const recent = states.filter(({ lossAt }) => lossAt !== null && lossAt > now - REMEMBERED_MS);
    if (recent.length === 0) return;
    const { dropped, damaged, refused, since, lossAt } = addStates(recent, now);
    this.#dropped += dropped;
    this.#damaged += damaged;
    for (const [reason, points] of Object.entries(refused)) this.#count(reason, points);
    this.#since = Math.min(this.#since, since);
    this.#lossAt = Math.max(this.#lossAt ?? 0, lossAt ?? 0);
  }

  get state(): Pick<WritingState, 'dropped' | 'damaged' | 'refused' | 'since' | 'lossAt'> {
    return {
      dropped: this.#dropped,
      damaged: this.#damaged,
      refused: Object.fromEntries(this.#refused),
      since: this.#since,
      lossAt: this.#lossAt,
    };
  }

  #count(reason: string, points: number): void {
    const known = this.#refused.has(reason) || this.#refused.size < MAX_REASONS;
    const key = known ? reason : 'other reasons';
    this.#refused.set(key, (this.#refused.get(key) ?? 0) + points);
  }
}
