import type { WaitingRecord } from './record.ts';

/** Records in memory, first in, first out. Those that `next` gave stay, apart, until `forget`. */
export class MemoryLines {
  #records: WaitingRecord[] = [];
  #taken: WaitingRecord[] = [];
  #lines = 0;
  #bytes = 0;

  get lines(): number {
    return this.#lines;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get oldestAt(): number | null {
    return (this.#taken[0] ?? this.#records[0])?.acceptedAt ?? null;
  }

  /** The oldest that is not being sent. */
  get first(): WaitingRecord | null {
    return this.#records[0] ?? null;
  }

  add(record: WaitingRecord): void {
    this.#records.push(record);
    this.#count(record, 1);
  }

  /** Takes the first away, for it has gone to disk or is given up. */
  shift(): WaitingRecord | null {
    const record = this.#records.shift() ?? null;
    if (record !== null) this.#count(record, -1);
    return record;
  }

  /** At most `maxLines` of whole records, unless the first has more. */
  next(maxLines: number): { readonly text: string; readonly lines: number } | null {
    let lines = 0;
    let end = 0;
    for (const record of this.#records) {
      if (end > 0 && lines + record.lines > maxLines) break;
      lines += record.lines;
      end += 1;
    }
    if (end === 0) return null;
    this.#taken = this.#records.splice(0, end);
    return { text: this.#taken.map(({ payload }) => payload.toString()).join('\n'), lines };
  }

  forget(): void {
    for (const record of this.#taken) this.#count(record, -1);
    this.#taken = [];
  }

  /** What `next` gave has not been dealt with. */
  putBack(): void {
    this.#records = [...this.#taken, ...this.#records];
    this.#taken = [];
  }

  #count({ lines, payload }: WaitingRecord, sign: 1 | -1): void {
    this.#lines += sign * lines;
    this.#bytes += sign * payload.length;
  }
}
