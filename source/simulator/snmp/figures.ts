import type { AgentFault } from './faults.ts';
import type { AgentSubject } from './subject.ts';
import type { Vitals } from './vitals.ts';

/** Of a port with usual figures: a packet is dropped or spoilt once in so many seconds. */
const SECONDS_BETWEEN = { inDiscards: 17n, inErrors: 31n, outDiscards: 23n, outErrors: 61n } as const;

/** Figures of a router that change as time passes; the same ones for the same name and time. */
export class Figures {
  readonly subject: AgentSubject;
  readonly #seed: number;
  /** Since when each fault has been on, milliseconds since the epoch. */
  readonly faults: ReadonlyMap<AgentFault, number>;

  constructor(subject: AgentSubject, faults: ReadonlyMap<AgentFault, number>) {
    this.subject = subject;
    this.faults = faults;
    let seed = 7;
    for (const letter of subject.hostname) seed = (Math.imul(seed, 31) + letter.charCodeAt(0)) >>> 0;
    this.#seed = seed;
  }

  has(fault: AgentFault): boolean {
    return this.faults.has(fault);
  }

  /** Hundredths of a second. */
  get uptimeTicks(): bigint {
    return BigInt(Math.max(0, Math.floor((this.#now - this.subject.bootedAt.getTime()) / 10)));
  }

  /** Percent of the processor, up and down over ten minutes. */
  get load(): number {
    return this.#vitals?.load(this.#now) ?? 20 + (this.#seed % 20) + 15 * Math.sin(this.#now / 95_000 + this.#seed);
  }

  /** Percent of the memory in use. */
  get memoryUsed(): number {
    return (
      this.#vitals?.memoryUsed(this.#now) ?? 45 + (this.#seed % 25) + 3 * Math.sin(this.#now / 400_000 + this.#seed)
    );
  }

  get celsius(): number {
    return this.#vitals?.celsius(this.#now) ?? 35 + (this.#seed % 10) + 2 * Math.sin(this.#now / 300_000);
  }

  get broken(): Vitals['broken'] {
    return this.#vitals === undefined ? 'supply' : this.#vitals.broken;
  }

  /** Bytes through an interface since the start, received or sent; with the faults that are on. */
  octets(index: number, way: 'in' | 'out', bits: 32 | 64): bigint {
    if (this.subject.interfaces[index]?.up !== true) return 0n;
    const vitals = this.#vitals;
    if (vitals !== undefined) return this.#countedBy((at) => vitals.octets(index, way, at), bits);
    const bytesPerSecond = BigInt(100_000 * (1 + ((this.#seed + index * 7) % 50)) * (way === 'in' ? 2 : 1));
    return this.#counter((milliseconds) => (bytesPerSecond * milliseconds) / 1000n, bits);
  }

  /** Packets of an interface that were dropped or spoilt. */
  errors(index: number, kind: keyof typeof SECONDS_BETWEEN): bigint {
    const vitals = this.#vitals;
    if (vitals !== undefined) {
      return kind === 'inErrors' ? this.#countedBy((at) => vitals.errors(index, at), 32) : 0n;
    }
    const between = SECONDS_BETWEEN[kind] + BigInt((this.#seed + index) % 5);
    return this.#counter((milliseconds) => milliseconds / 1000n / between, 32);
  }

  #countedBy(count: (at: number) => number, bits: 32 | 64): bigint {
    const start = this.subject.bootedAt.getTime();
    return this.#counter(
      (milliseconds) => BigInt(Math.max(0, Math.floor(count(start + Number(milliseconds)) - count(start)))),
      bits,
    );
  }

  /** A counter since the boot. `counters_wrap`: it is just before its end when the fault begins; `counters_reset`: it begins anew with it. */
  #counter(count: (milliseconds: bigint) => bigint, bits: 32 | 64): bigint {
    const start = this.subject.bootedAt.getTime();
    const at = (time: number): bigint => count(BigInt(Math.max(0, Math.floor(time - start))));
    const value = at(this.#now);
    const [wrapped, reset] = [this.faults.get('counters_wrap'), this.faults.get('counters_reset')];
    if (reset !== undefined) return value - at(reset);
    return wrapped === undefined ? value : BigInt.asUintN(bits, value - at(wrapped) - 1n);
  }

  get #vitals(): Vitals | undefined {
    return this.subject.vitals;
  }

  get #now(): number {
    return this.subject.now().getTime();
  }
}
