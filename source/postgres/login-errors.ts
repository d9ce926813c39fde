/** What a server says when it refuses something. */
export interface ServerRefusal {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
}

/** The first byte of a message of the protocol: an error, and ready for the next query. */
const ERROR_RESPONSE = 0x45;
const READY = 0x5a;

/** Looks through what a server sends for the first error that it reports after it has let us in. */
export class LoginErrors {
  #pending: Buffer = Buffer.alloc(0);
  #isIn = false;

  /** Takes what came next. The error once it is there; `unfinished` as long as its end is missing. */
  read(chunk: Buffer): ServerRefusal | 'unfinished' | null {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length > 0) {
      const kind = this.#pending[0];
      // Without the length, the next bytes will tell.
      const end = this.#pending.length < 5 ? Number.POSITIVE_INFINITY : 1 + this.#pending.readUInt32BE(1);
      const isError = this.#isIn && kind === ERROR_RESPONSE;
      if (end > this.#pending.length) return isError ? 'unfinished' : null;
      if (isError) return fieldsOf(this.#pending.subarray(5, end));
      if (kind === READY) this.#isIn = true;
      this.#pending = this.#pending.subarray(end);
    }
    return null;
  }
}

/** Each field is a letter and a text that ends with a zero; V is the severity in English, whatever the server's language. */
function fieldsOf(body: Buffer): ServerRefusal {
  const fields = new Map(
    body
      .toString('utf8')
      .split('\0')
      .map((field) => [field.slice(0, 1), field.slice(1)]),
  );
  return { severity: fields.get('V') ?? '', code: fields.get('C') ?? '', message: fields.get('M') ?? '' };
}
