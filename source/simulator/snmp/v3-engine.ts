import { createHash } from 'node:crypto';
import { bytesIn, decode, type Element, encode, encodeNumber, encodeOid, inside, numberIn, TAG } from './ber.ts';
import { PDU, readRequest, type Request, writeResponse } from './pdu.ts';
import type { AgentSubject } from './subject.ts';
import {
  type AgentUser,
  decrypt,
  DIGEST_BYTES,
  digestOf,
  type EngineTimes,
  encrypt,
  isSigned,
  localKeys,
  type LocalKeys,
} from './usm.ts';

const FLAGS = { signed: 1, encrypted: 2 } as const;
const USM = 3;
const LARGEST_MESSAGE = 65_507;
const TIME_WINDOW_SECONDS = 150;
/** usmStats of RFC 3414: what a report says. */
const STATS = { securityLevel: 1, timeWindow: 2, userName: 3, engineId: 4, digest: 5, decryption: 6 } as const;

interface Question {
  readonly id: number;
  readonly flags: number;
  readonly times: EngineTimes;
  readonly engineId: Buffer;
  readonly user: string;
  readonly digest: Buffer;
  readonly salt: Buffer;
  readonly scoped: Element;
}

/** SNMPv3 with the user-based security model, for one user with authentication and privacy. */
export class V3Engine {
  readonly #user: AgentUser;
  readonly #subject: AgentSubject;
  readonly #engineId: Buffer;
  #keys: LocalKeys | null = null;

  constructor(user: AgentUser, subject: AgentSubject) {
    this.#user = user;
    this.#subject = subject;
    const name = createHash('sha256').update(subject.hostname).digest().subarray(0, 8);
    // An enterprise's number, and five: bytes of its own choice (RFC 3411).
    this.#engineId = Buffer.concat([Buffer.from([0x80, 0, 0, 9, 5]), name]);
  }

  /** The answer, or the report of what is wrong with the question. */
  answer(message: Buffer, varbindsOf: (request: Request) => readonly Buffer[]): Buffer {
    const question = read(message);
    const stat = this.#refusal(message, question);
    if (stat !== null) return this.#report(question, stat);
    const keys = this.#localKeys();
    let request: Request;
    try {
      const plain = decrypt(bytesIn(question.scoped), keys, question.times, question.salt);
      request = readRequest(inside(decode(plain)[0], TAG.sequence)[2]);
    } catch {
      return this.#report(question, STATS.decryption);
    }
    return this.#write(question, writeResponse(PDU.response, request.id, varbindsOf(request)), keys);
  }

  #refusal(message: Buffer, question: Question): number | null {
    if (!question.engineId.equals(this.#engineId)) return STATS.engineId;
    if (question.user !== this.#user.name) return STATS.userName;
    if ((question.flags & 3) !== (FLAGS.signed | FLAGS.encrypted)) return STATS.securityLevel;
    if (!isSigned(message, question.digest, this.#localKeys())) return STATS.digest;
    const { boots, time } = this.#times;
    const isNow = question.times.boots === boots && Math.abs(question.times.time - time) <= TIME_WINDOW_SECONDS;
    return isNow ? null : STATS.timeWindow;
  }

  /** A report of the time is signed, so that it can be believed; the others cannot be. */
  #report(question: Question, stat: number): Buffer {
    const varbind = encode(
      TAG.sequence,
      encodeOid([1, 3, 6, 1, 6, 3, 15, 1, 1, stat, 0]),
      encodeNumber(TAG.counter32, 1),
    );
    const keys = stat === STATS.timeWindow ? this.#localKeys() : null;
    return this.#write(question, writeResponse(PDU.report, 0, [varbind]), keys);
  }

  #write({ id }: Question, pdu: Buffer, keys: LocalKeys | null): Buffer {
    const isReport = pdu[0] === PDU.report;
    const scoped = encode(TAG.sequence, encode(TAG.octets, this.#engineId), encode(TAG.octets), pdu);
    const secret = keys === null || isReport ? null : encrypt(scoped, keys, this.#times);
    const flags = (keys === null ? 0 : FLAGS.signed) | (secret === null ? 0 : FLAGS.encrypted);
    const write = (digest: Buffer): Buffer =>
      encode(
        TAG.sequence,
        encodeNumber(TAG.integer, 3),
        encode(
          TAG.sequence,
          encodeNumber(TAG.integer, id),
          encodeNumber(TAG.integer, LARGEST_MESSAGE),
          encode(TAG.octets, Buffer.from([flags])),
          encodeNumber(TAG.integer, USM),
        ),
        encode(
          TAG.octets,
          encode(
            TAG.sequence,
            encode(TAG.octets, this.#engineId),
            encodeNumber(TAG.integer, this.#times.boots),
            encodeNumber(TAG.integer, this.#times.time),
            encode(TAG.octets, Buffer.from(keys === null ? '' : this.#user.name)),
            encode(TAG.octets, digest),
            encode(TAG.octets, secret?.salt ?? Buffer.alloc(0)),
          ),
        ),
        secret === null ? scoped : encode(TAG.octets, secret.data),
      );
    return keys === null ? write(Buffer.alloc(0)) : write(digestOf(write(Buffer.alloc(DIGEST_BYTES)), keys));
  }

  /** A boot is known by its time, so the number of boots is one that grows with it. */
  get #times(): EngineTimes {
    const bootedAt = this.#subject.bootedAt.getTime();
    const time = Math.max(0, Math.floor((this.#subject.now().getTime() - bootedAt) / 1000));
    return { boots: Math.floor(bootedAt / 1000) % 2_000_000_000, time };
  }

  #localKeys(): LocalKeys {
    this.#keys ??= localKeys(this.#user, this.#engineId);
    return this.#keys;
  }
}

function read(message: Buffer): Question {
  const [, header, security, scoped] = inside(decode(message)[0], TAG.sequence);
  const [id, , flags] = inside(header, TAG.sequence);
  const [engineId, boots, time, user, digest, salt] = inside(decode(bytesIn(security))[0], TAG.sequence);
  if (scoped === undefined) throw new RangeError('no data');
  return {
    id: numberIn(id),
    flags: bytesIn(flags)[0] ?? 0,
    times: { boots: numberIn(boots), time: numberIn(time) },
    engineId: bytesIn(engineId),
    user: bytesIn(user).toString(),
    digest: bytesIn(digest),
    salt: bytesIn(salt),
    scoped,
  };
}
