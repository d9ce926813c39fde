import { randomBytes } from 'node:crypto';
import { answerTo } from './answer.ts';
import { bytesIn, decode, encode, encodeNumber, inside, numberIn, TAG } from './ber.ts';
import type { AgentFault } from './faults.ts';
import { Figures } from './figures.ts';
import type { Mib } from './mib.ts';
import { mibFor } from './mib-for.ts';
import { PDU, readRequest, writeResponse } from './pdu.ts';
import type { AgentSubject } from './subject.ts';
import type { AgentUser } from './usm.ts';
import { V3Engine } from './v3-engine.ts';

const SLOW_MS = 1000;
const V2C = 1;
const V3 = 3;

export interface AgentOptions {
  /** `public` if left out. */
  readonly community?: string;
  /** A user of SNMPv3; none if left out. */
  readonly user?: AgentUser;
  readonly faults?: readonly AgentFault[];
}

/** An SNMP agent of a simulated router: what it answers to a message, and when. */
export class Agent {
  readonly subject: AgentSubject;
  readonly #community: string;
  readonly #engine: V3Engine | null;
  readonly #faults = new Map<AgentFault, number>();
  readonly #figures: Figures;
  /** How many requests it has had. */
  requests = 0;

  constructor(subject: AgentSubject, { community = 'public', user, faults = [] }: AgentOptions = {}) {
    this.subject = subject;
    this.#community = community;
    this.#figures = new Figures(subject, this.#faults);
    this.#engine = user === undefined ? null : new V3Engine(user, subject);
    for (const fault of faults) this.setFault(fault, true);
  }

  /** Switches a fault on, from now, or off. */
  setFault(fault: AgentFault, on: boolean): void {
    if (on) this.#faults.set(fault, this.subject.now().getTime());
    else this.#faults.delete(fault);
    // A large one takes a while to make: now, rather than when somebody waits for an answer.
    if (on && fault === 'endless_table') void this.#mib;
  }

  /** How long it takes to answer, milliseconds. */
  get delay(): number {
    return this.#faults.has('slow') ? SLOW_MS : 0;
  }

  /** The answer to a message; null for none, as to what it does not understand or is not let in. */
  answer(message: Buffer): Buffer | null {
    this.requests += 1;
    if (this.#faults.has('silent') || this.subject.isDown()) return null;
    try {
      const whole = inside(decode(message)[0], TAG.sequence);
      const version = numberIn(whole[0]);
      const answer = version === V2C ? this.#answerV2c(whole) : version === V3 ? this.#answerV3(message) : null;
      return answer === null ? null : this.#spoil(answer);
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }

  #answerV2c([, community, pdu]: ReturnType<typeof decode>): Buffer | null {
    if (bytesIn(community).toString() !== this.#community) return null;
    const request = readRequest(pdu);
    const shown = this.#faults.has('other_community') ? `${this.#community}2` : this.#community;
    return encode(
      TAG.sequence,
      encodeNumber(TAG.integer, V2C),
      encode(TAG.octets, Buffer.from(shown)),
      writeResponse(PDU.response, request.id, answerTo(request, this.#mib, this.#figures)),
    );
  }

  #answerV3(message: Buffer): Buffer | null {
    return this.#engine?.answer(message, (request) => answerTo(request, this.#mib, this.#figures)) ?? null;
  }

  get #mib(): Mib<Figures> {
    return mibFor(this.subject.platform, this.subject.interfaces.length, this.#faults.has('endless_table'));
  }

  #spoil(answer: Buffer): Buffer {
    if (this.#faults.has('garbage')) return randomBytes(40);
    return this.#faults.has('truncated') ? answer.subarray(0, Math.floor(answer.length / 2)) : answer;
  }
}
