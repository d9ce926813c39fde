import type { Batch } from '../spool/spool.ts';
import { InfluxRefusal } from './unavailable.ts';
import { writeVerdict } from './write-verdict.ts';

/** Why a batch is not through yet. */
export interface Setback {
  readonly error: Error;
  /** Only a person can mend it. */
  readonly patient: boolean;
  /** The server asked for this pause, milliseconds. */
  readonly atLeastMs: number | null;
}

export interface DeliveryOptions {
  readonly send: (text: string) => Promise<void>;
  /** Told of points that the server does not take. */
  readonly onRefused: (points: number, reason: string, detail: string) => void;
}

/**
 * One batch on its way. InfluxDB stores nothing of a write with a line that it cannot read, so a batch that it refuses is halved,
 * and the halves again, until the bad lines stand alone; those are refused, and all others stored.
 */
export class Delivery {
  readonly lines: number;
  readonly #options: DeliveryOptions;
  #pieces: Batch[];

  constructor(batch: Batch, options: DeliveryOptions) {
    this.lines = batch.lines;
    this.#pieces = [batch];
    this.#options = options;
  }

  /** Sends what is left. Null when all is dealt with; after a setback, another call goes on where this one stopped. */
  async attempt(): Promise<Setback | null> {
    for (let piece = this.#pieces[0]; piece !== undefined; piece = this.#pieces[0]) {
      const failure = await this.#send(piece);
      if (failure === null) {
        this.#pieces.shift();
        continue;
      }
      const verdict = writeVerdict(failure);
      if (verdict.kind === 'wait') return { error: failure, ...verdict };
      this.#pieces.shift();
      if (verdict.kind === 'refused') this.#refuse(Math.min(verdict.points, piece.lines), failure);
      else if (piece.lines === 1) this.#refuse(1, failure);
      else this.#pieces.unshift(...halves(piece));
    }
    return null;
  }

  async #send({ text }: Batch): Promise<Error | null> {
    try {
      await this.#options.send(text);
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #refuse(points: number, failure: Error): void {
    const said = failure instanceof InfluxRefusal ? failure.said : failure.message;
    const status = failure instanceof InfluxRefusal ? failure.status : 0;
    this.#options.onRefused(points, `InfluxDB ${status}: ${kindOf(said)}`, failure.message);
  }
}

function halves({ text }: Batch): readonly [Batch, Batch] {
  const lines = text.split('\n');
  const middle = Math.ceil(lines.length / 2);
  return [batchOf(lines.slice(0, middle)), batchOf(lines.slice(middle))];
}

function batchOf(lines: readonly string[]): Batch {
  return { text: lines.join('\n'), lines: lines.length };
}

/** The part of what the server says that is the same for all points with the same fault: no names, no values. */
function kindOf(said: string): string {
  const [kind = ''] = said
    .replace(/^failure writing points to database: /u, '')
    .replace(/\bdropped \d+ points/u, 'points')
    .split(/\s*(?:['"]| - | of duration | dropped=)/u);
  return kind.slice(0, 80).trim() || 'no reason given';
}
