import { UserError } from '../../config/user-error.ts';
import type { Bucket } from './buckets.ts';
import { type Ledger, ledgerText, readLedger } from './ledger.ts';

/**
 * How far a copy-and-swap is, as the buckets themselves say. `fresh`: not begun. `copying`: the new bucket is being filled. `swapping`: the
 * old one has given its name away. `swapped`: the new one has the name, and what came last to the old one is still to be added.
 */
export type SwapState =
  | { readonly phase: 'fresh'; readonly old: Bucket }
  | { readonly phase: 'copying' | 'swapping' | 'swapped'; readonly old: Bucket; readonly fresh: Bucket };

/** The letters after it are a ledger. */
const FILLING = /^netup-tui migrate influx fills this from ([0-9a-f]{16})\.(?: Copied: (\S+))?$/u;
const SWAPPED = /^netup-tui migrate influx still adds to this from ([0-9a-f]{16})\.(?: Copied: (\S+))?$/u;
const KEPT = /^(.*) \[netup-tui migrate influx: replaced by ([0-9a-f]{16})\]$/su;

export function fillingMark(old: Bucket, ledger: Ledger | null = null): string {
  return `netup-tui migrate influx fills this from ${old.id}.${ledgerMark(ledger)}`;
}

export function swappedMark(old: Bucket, ledger: Ledger | null = null): string {
  return `netup-tui migrate influx still adds to this from ${old.id}.${ledgerMark(ledger)}`;
}

function ledgerMark(ledger: Ledger | null): string {
  return ledger === null ? '' : ` Copied: ${ledgerText(ledger)}`;
}

/** What was copied before the swap, from the new bucket's description; null: it does not say. */
export function copiedBefore({ description }: Bucket): Ledger | null {
  return readLedger((FILLING.exec(description) ?? SWAPPED.exec(description))?.[2] ?? '');
}

export function keptMark(description: string, fresh: Bucket): string {
  return `${description} [netup-tui migrate influx: replaced by ${fresh.id}]`;
}

/** A bucket's description without our mark. */
export function ownDescription({ description }: Bucket): string {
  return KEPT.exec(description)?.[1] ?? description;
}

/** Name of the bucket that is being filled. */
export function fillingName(target: string): string {
  return `${target}_migrating`;
}

/** A name for the old bucket that no bucket has: `telemetry_before_migration_2026-11-24`. */
export function keptName(target: string, now: number, buckets: readonly Bucket[]): string {
  const name = `${target}_before_migration_${new Date(now).toISOString().slice(0, 10)}`;
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}_${number}`;
    if (!buckets.some((bucket) => bucket.name === candidate)) return candidate;
  }
}

/** Old buckets that earlier migrations of `target` have left. */
export function keptBuckets(target: string, buckets: readonly Bucket[]): readonly Bucket[] {
  return buckets.filter(
    ({ name, description }) => name.startsWith(`${target}_before_migration_`) && KEPT.test(description),
  );
}

/** Whether there is neither the bucket nor one that is to become it. */
export function isNameFree(target: string, buckets: readonly Bucket[]): boolean {
  return !buckets.some(({ name }) => name === target || name === fillingName(target));
}

/** Throws a `UserError` if there is no such bucket, or if what is there is not a state that a migration leaves. */
export function swapState(target: string, buckets: readonly Bucket[]): SwapState {
  const named = buckets.find(({ name }) => name === target);
  const filling = buckets.find(({ name }) => name === fillingName(target));
  const byId = (id: string | undefined): Bucket | undefined => buckets.find((bucket) => bucket.id === id);
  const source = byId(FILLING.exec(filling?.description ?? '')?.[1]);
  if (named !== undefined) {
    const old = byId(SWAPPED.exec(named.description)?.[1]);
    if (old !== undefined) return { phase: 'swapped', old, fresh: named };
  }
  if (filling !== undefined && source === undefined) {
    throw new UserError(`The bucket ${filling.name} is not of a migration that is under way; rename or delete it.`);
  }
  if (named === undefined) {
    if (filling !== undefined && source !== undefined) return { phase: 'swapping', old: source, fresh: filling };
    throw new UserError(`There is no bucket ${target}: check INFLUX_BUCKET, or run netup-tui setup influx.`);
  }
  if (filling === undefined || source === undefined) return { phase: 'fresh', old: named };
  if (source.id === named.id) return { phase: 'copying', old: named, fresh: filling };
  throw new UserError(
    `The bucket ${target} was made anew while its name was being swapped: if it is empty, delete it; else give it another name. Then run this again.`,
  );
}
