import { z } from 'zod';
import type { Connection } from './connection.ts';
import { routedSql } from './routed-sql.ts';

/** `upgrade_queue`: who has an upgrade, or its slot. `workers`: one came or went. */
const TABLES = [
  'routers',
  'upgrades',
  'upgrade_steps',
  'upgrade_checks',
  'upgrade_plans',
  'upgrade_queue',
  'upgrade_limits',
  'blackouts',
  'workers',
  'upgrade_policies',
  'audit_events',
] as const;
const SHARED_CHANNEL = 'netup_shared';
const RETRY_MS = 500;
/** A server that is gone without a word is noticed by this. */
const HEARTBEAT_MS = 10_000;

const payloadSchema = z.object({ t: z.enum(TABLES), ids: z.array(z.string()).nullish() });

/** Rows that changed. `ids` null: too many to name; table `*`: anything may have changed. */
export interface Change {
  readonly table: (typeof TABLES)[number] | '*';
  readonly ids: readonly string[] | null;
}

export type ListenState = 'listening' | 'lost';

export interface Listener {
  /** Resolves when the first attempt has succeeded or failed; the state says which. */
  readonly started: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A change from a notification's payload; null for one that is not ours. */
export function parseChange(payload: string): Change | null {
  let content: unknown;
  try {
    content = JSON.parse(payload);
  } catch {
    return null;
  }
  const parsed = payloadSchema.safeParse(content);
  return parsed.success ? { table: parsed.data.t, ids: parsed.data.ids ?? null } : null;
}

/** The channel of an organization's changes. */
export function channelOf(organizationId: string): string {
  return `netup_${organizationId.replaceAll('-', '')}`;
}

/** What is told to whoever listens. */
export interface Hearing {
  readonly channels: readonly string[];
  /** A message came in. */
  readonly onPayload: (payload: string) => void;
  /** Listening goes on after a loss: whatever was said meanwhile was not heard. */
  readonly onGap: () => void;
  readonly onState: (state: ListenState) => void;
}

/** What there is to hear of an organization's changes, and of what all organizations share. */
export function organizationHearing(
  organizationId: string,
  onChange: (change: Change) => void,
  onState: (state: ListenState) => void,
): Hearing {
  return {
    channels: [channelOf(organizationId), SHARED_CHANNEL],
    onPayload(payload) {
      const change = parseChange(payload);
      if (change !== null) onChange(change);
    },
    onGap: () => onChange({ table: '*', ids: null }),
    onState,
  };
}

/** Keeps one connection listening; see `Database.listen`. */
export function startListening(
  open: (onNotify: (channel: string, payload: string) => void) => Promise<Connection>,
  { channels, onPayload, onGap, onState }: Hearing,
  heartbeatMs = HEARTBEAT_MS,
): Listener {
  let connection: Connection | null = null;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let gap = false;

  const lose = (): void => {
    if (stopped) return;
    clearTimeout(timer);
    if (connection !== null || !gap) onState('lost');
    connection = null;
    gap = true;
    timer = setTimeout(() => void connect(), RETRY_MS);
  };

  const connect = async (): Promise<void> => {
    let opened: Connection | null = null;
    try {
      opened = await open((_, payload) => {
        if (!stopped) onPayload(payload);
      });
      const sql = routedSql((query) => opened?.run(query));
      await sql.unsafe(channels.map((channel) => `LISTEN ${channel}`).join('; '));
      if (stopped) return await opened.close();
      connection = opened;
    } catch {
      opened?.destroy('Listening failed.');
      lose();
      return;
    }
    connection.onLost(lose);
    onState('listening');
    if (gap) onGap();
    beat(connection);
  };

  const beat = (current: Connection): void => {
    timer = setTimeout(() => {
      const sql = routedSql((query) => current.run(query, { statementTimeoutMs: 0 }));
      // A failure comes back through onLost.
      sql`SELECT 1`.then(
        () => current.isUsable && beat(current),
        () => undefined,
      );
    }, heartbeatMs);
  };

  const stop = async (): Promise<void> => {
    stopped = true;
    clearTimeout(timer);
    await connection?.close();
  };

  return { started: connect(), stop };
}
