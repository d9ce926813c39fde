import type { WaitingRecord } from './record.ts';

interface Fresh {
  readonly segment: object;
  readonly from: number;
  readonly end: number;
  readonly record: WaitingRecord;
}

/** The records that were written last, so that a server that keeps up is sent them without a look at the disk. */
export class FreshRecords {
  readonly #maxBytes: number;
  #kept: Fresh[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(segment: object, place: { readonly from: number; readonly end: number }, record: WaitingRecord): void {
    this.#kept.push({ segment, ...place, record });
    this.#bytes += record.payload.length;
    while (this.#bytes > this.#maxBytes) this.#shift();
  }

  /** Records of a segment from `from` on, as reading the disk would find them; null if the first of them is not here. */
  take(
    segment: object,
    from: number,
    maxLines: number,
  ): { readonly text: string; readonly lines: number; readonly end: number; readonly oldestAt: number } | null {
    while (this.#kept[0] !== undefined && (this.#kept[0].segment !== segment || this.#kept[0].from < from)) {
      this.#shift();
    }
    const [first] = this.#kept;
    if (first === undefined || first.from !== from) return null;
    const texts: string[] = [];
    let lines = 0;
    let { end } = first;
    for (const { segment: its, end: itsEnd, record } of this.#kept) {
      if (its !== segment || (lines > 0 && lines + record.lines > maxLines)) break;
      texts.push(record.payload.toString());
      lines += record.lines;
      end = itsEnd;
    }
    return { text: texts.join('\n'), lines, end, oldestAt: first.record.acceptedAt };
  }

  #shift(): void {
    this.#bytes -= this.#kept.shift()?.record.payload.length ?? 0;
  }
}
