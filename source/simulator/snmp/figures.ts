import type { AgentFault } from './faults.ts';
import type { AgentSubject } from './subject.ts';

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
    return 20 + (this.#seed % 20) + 15 * Math.sin(this.#now / 95_000 + this.#seed);
  }

  /** Percent of the memory in use. */
  get memoryUsed(): number {
    return 45 + (this.#seed % 25) + 3 * Math.sin(this.#now / 400_000 + this.#seed);
  }

  get celsius(): number {
    return 35 + (this.#seed % 10) + 2 * Math.sin(this.#now / 300_000);
  }

  /** Bytes through an interface since the start, received or sent; with the faults that are on. */
  octets(index: number, way: 'in' | 'out', bits: 32 | 64): bigint {
    if (this.subject.interfaces[index]?.up !== true) return 0n;
    const bytesPerSecond = BigInt(100_000 * (1 + ((this.#seed + index * 7) % 50)) * (way === 'in' ? 2 : 1));
    return this.#counter((milliseconds) => (bytesPerSecond * milliseconds) / 1000n, bits);
  }

  /** Packets with errors, one in so many seconds. */
  errors(index: number, every: bigint): bigint {
    const between = every + BigInt((this.#seed + index) % 5);
    return this.#counter((milliseconds) => milliseconds / 1000n / between, 32);
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

  get #now(): number {
    return this.subject.now().getTime();
  }
}
