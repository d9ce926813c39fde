import { version } from '../../config/package-root.ts';
import { cleanLine } from '../../model/text.ts';
import { retryAfterMs } from '../../telemetry/influx/retry-after.ts';

/** A receiver has so long to answer. */
const TIMEOUT_MS = 10_000;
/** More of an answer is neither read nor kept. */
const MOST_BYTES = 4096;
const LONGEST_ERROR = 200;

/** What came of sending a message. */
export interface Answer {
  /** Null if there was no answer. */
  readonly status: number | null;
  /** Null if it was taken; else a short clean sentence without a full stop. */
  readonly error: string | null;
  /** How long the receiver asks to be left alone. */
  readonly retryAfterMs: number | null;
}

/**
 * Sends a message and says what came back; rejects only if `signal` ends it. Any 2xx is a success, of which nothing more is read. Redirects are not
 * followed: they lead to where nobody said that the organization's events may go.
 */
export async function postMessage(
  url: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  { signal, timeoutMs = TIMEOUT_MS }: { readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, timeout]);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: either,
      body,
      // What is not packed cannot unpack to more than was sent.
      headers: {
        ...headers,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        'user-agent': `netup-tui/${version}`,
      },
    });
    if (response.ok) {
      await response.body?.cancel();
      return { status: response.status, error: null, retryAfterMs: null };
    }
    const said = cleanLine(await beginning(response)).trim();
    const wait = retryAfterMs(response.headers.get('retry-after'), Date.now());
    return { status: response.status, error: refusal(response.status, said), retryAfterMs: wait };
  } catch (error) {
    signal.throwIfAborted();
    const sentence = timeout.aborted ? `there was no answer within ${timeoutMs / 1000} s` : unreachable(error);
    return { status: null, error: sentence, retryAfterMs: null };
  }
}

function refusal(status: number, said: string): string {
  if (status >= 300 && status < 400) return `it redirects (${status}), which is not followed`;
  return (said === '' ? `it answered ${status}` : `it answered ${status}: ${said}`).slice(0, LONGEST_ERROR);
}

/** The first bytes of an answer, as text; whatever the time-out leaves of them. */
async function beginning(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MOST_BYTES) break;
    }
  } catch {
    // It said enough: the status is there.
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8');
}

/** Fetch says why in the cause of its error. */
function unreachable(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const message = cause instanceof Error ? cause.message : String(cause);
  const text = message === '' ? code : message;
  return `it could not be reached: ${cleanLine(text)}`.slice(0, LONGEST_ERROR);
}
