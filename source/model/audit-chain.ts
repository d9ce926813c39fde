/** What is wrong with the first bad row of an audit chain. `seq` and what else names rows are places in the chain, from 1. */
export type AuditFault =
  /** The row no longer has the hash of what it says. */
  | { readonly kind: 'edited'; readonly seq: string }
  /** The row fits its own hash, but not the one that the row after it, or the head, remembers. */
  | { readonly kind: 'rewritten'; readonly seq: string }
  /** Rows `seq` to `until` are missing; others come after them. */
  | { readonly kind: 'removed'; readonly seq: string; readonly until: string }
  /** Rows `seq` to `until` are missing; none comes after them. */
  | { readonly kind: 'cut'; readonly seq: string; readonly until: string }
  /** The row was written to follow the row that is now at `follows` (0: to be the first). */
  | { readonly kind: 'reordered'; readonly seq: string; readonly follows: string }
  /** There are two rows in this place. */
  | { readonly kind: 'duplicated'; readonly seq: string }
  /** The row lies after the end that the head names: it was added by other means, or the head was set back. */
  | { readonly kind: 'beyond-head'; readonly seq: string }
  /** Row `until` does not have the hash that was signed: one of the rows from `seq` to it was changed, and every hash after it made anew. */
  | { readonly kind: 'rechained'; readonly seq: string; readonly until: string }
  /** The checkpoint of the row has a signature that is not by the key that it names. */
  | { readonly kind: 'bad-signature'; readonly seq: string }
  /** The checkpoint of the row was signed with a key that is none of those to be trusted. */
  | { readonly kind: 'unknown-key'; readonly seq: string }
  /** The checkpoint of the row is in the file outside of the database, and no longer in the database. */
  | { readonly kind: 'checkpoint-removed'; readonly seq: string }
  /** The trail says that retention removed what is before the row, but no checkpoint vouches for where that ended. */
  | { readonly kind: 'unanchored'; readonly seq: string };

/** What a walk along an audit chain found. */
export interface ChainReport {
  /** Rows that were found good: with a fault, those before it. */
  readonly rows: number;
  /** Null: every row is as it was written, and the last is the one that the head names. */
  readonly fault: AuditFault | null;
  /** What retention removed from the start: rows up to `until`, as the row `event` of the chain tells. Null: nothing. */
  readonly retained: { readonly until: string; readonly event: string } | null;
  /** The last row that a signed checkpoint vouches for; null: none does. What comes after it could be made anew unseen. */
  readonly signedUntil: string | null;
}

/** A sentence for people. */
export function auditFaultText(fault: AuditFault): string {
  const row = `row ${fault.seq}`;
  switch (fault.kind) {
    case 'edited':
      return `${row} was edited: it no longer has the hash of what it says`;
    case 'rewritten':
      return `${row} was edited and its hash made anew: what follows it remembers another hash`;
    case 'removed':
      return `${rowsText(fault)} removed from the middle`;
    case 'cut':
      return `${rowsText(fault)} cut from the end`;
    case 'reordered':
      return fault.follows === '0'
        ? `${row} is out of order: it was written as the first row`
        : `${row} is out of order: it was written to follow what is now row ${fault.follows}`;
    case 'duplicated':
      return `${row} is there twice`;
    case 'beyond-head':
      return `${row} lies after the end of the chain: it was added by other means, or the end was set back`;
    case 'rechained':
      return fault.seq === fault.until
        ? `${row} was edited and the hashes from it on made anew: it does not have the hash that was signed`
        : `one of the rows ${fault.seq} to ${fault.until} was changed and the hashes from it on made anew: row ${fault.until} does not have the hash that was signed`;
    case 'bad-signature':
      return `the checkpoint of ${row} has a signature that is not by its key`;
    case 'unknown-key':
      return `the checkpoint of ${row} was signed with a key that is not in your file of public keys`;
    case 'checkpoint-removed':
      return `the checkpoint of ${row} was removed from the database; it is in the file of checkpoints`;
    case 'unanchored':
      return `${row} is the first, and no signed checkpoint vouches for what was removed before it`;
  }
}

function rowsText({ seq, until }: { readonly seq: string; readonly until: string }): string {
  return seq === until ? `row ${seq} was` : `rows ${seq} to ${until} were`;
}
