import type { Database } from '../../postgres/database.ts';
import type { McpLog } from '../log.ts';

export interface HttpLimits {
  /** Requests of one token in a minute, on average. */
  readonly perMinute: number;
  /** How long a client may take to send a request, milliseconds. */
  readonly requestMs: number;
  /** How long an answer may take, milliseconds: also a stream that is held open. */
  readonly answerMs: number;
  /** How long whoever asks too much waits to be told, milliseconds. */
  readonly refusalMs: number;
  /** How long answers under way are waited for at the end, milliseconds. */
  readonly closeMs: number;
}

export const HTTP_LIMITS: HttpLimits = {
  perMinute: 600,
  requestMs: 10_000,
  answerMs: 60_000,
  refusalMs: 500,
  closeMs: 5000,
};

export interface HttpParts {
  readonly bind: { readonly host: string; readonly port: number };
  /** Names that the server goes by in the header Host, without ports; anything else is a page that made the name its own. */
  readonly hosts: readonly string[];
  /** Names of pages that may call it from a browser, without schemes and ports. */
  readonly origins: readonly string[];
  /** The login that reads. */
  readonly database: Database;
  readonly limits: HttpLimits;
  readonly log: McpLog;
}
