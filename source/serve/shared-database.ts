import type { Change, Database } from '../postgres/database.ts';
import type { ListenState } from '../postgres/listen.ts';

interface Hearer {
  readonly onChange: (change: Change) => void;
  readonly onState: (state: ListenState) => void;
}

interface Hearing {
  readonly hearers: Set<Hearer>;
  readonly stop: Promise<() => Promise<void>>;
  state: ListenState | null;
}

/** How long an answer to "are you there" holds for others who ask. */
const PING_MS = 1000;

/**
 * The database for many consoles of one process: those that show one organization hear of its changes by one connection. The
 * connections themselves stay what they are, one organization's each; what an organization's listener hears goes to those who asked for this organization.
 */
export function sharedDatabase(database: Database): Database {
  const hearings = new Map<string, Hearing>();
  let pinged: { readonly at: number; readonly answer: Promise<number> } | null = null;

  const hear = (organizationId: string): Hearing => {
    const found = hearings.get(organizationId);
    if (found !== undefined) return found;
    const hearers = new Set<Hearer>();
    const hearing: Hearing = {
      hearers,
      state: null,
      stop: database.listen(
        organizationId,
        (change) => {
          for (const { onChange } of hearers) onChange(change);
        },
        (state) => {
          hearing.state = state;
          for (const { onState } of hearers) onState(state);
        },
      ),
    };
    hearings.set(organizationId, hearing);
    return hearing;
  };

  return {
    ...database,
    ping() {
      const now = performance.now();
      if (pinged === null || now - pinged.at > PING_MS) pinged = { at: now, answer: database.ping() };
      return pinged.answer;
    },
    async listen(organizationId, onChange, onState) {
      const hearing = hear(organizationId);
      const hearer = { onChange, onState };
      hearing.hearers.add(hearer);
      if (hearing.state !== null) onState(hearing.state);
      await hearing.stop;
      return async () => {
        hearing.hearers.delete(hearer);
        if (hearing.hearers.size > 0 || hearings.get(organizationId) !== hearing) return;
        hearings.delete(organizationId);
        await (
          await hearing.stop
        )();
      };
    },
  };
}
