import type { IncomingMessage } from 'node:http';

/** What a request is answered with that goes no further. */
export interface Answer {
  readonly status: number;
  /** JSON-RPC's. */
  readonly code: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls have a few names in them. */
const MOST_BYTES = 256 * 1024;
const TOO_LONG: Answer = {
  status: 413,
  code: -32_600,
  message: `A request may have ${MOST_BYTES / 1024} kB at most.`,
  headers: { connection: 'close' },
};

/** The JSON of a request: one message. An `Answer` for what is too long, no JSON, or several messages. Rejects if the client goes away. */
export async function readBody(request: IncomingMessage): Promise<{ readonly body: unknown } | Answer> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) return TOO_LONG;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > MOST_BYTES) return TOO_LONG;
    chunks.push(part);
  }
  const body = fromJson(Buffer.concat(chunks).toString());
  if (body === undefined) return { status: 400, code: -32_700, message: 'The body of the request is not JSON.' };
  if (Array.isArray(body)) {
    return { status: 400, code: -32_600, message: 'Several messages in one request are not taken: send one by one.' };
  }
  return { body };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
