import { setTimeout as delay } from 'node:timers/promises';
import { openAdvisor } from '../../agent/advisors/open-advisor.ts';
import type { Advisor } from '../../agent/advisors/advisor.ts';
import { runAgent } from '../../agent/run-agent.ts';
import type { AdvisorSettings } from '../../config/advisor-settings.ts';
import { agentOrganizations } from '../../postgres/agent-work.ts';
import type { Database } from '../../postgres/database.ts';
import { type TelemetryStore, TelemetryUnavailable } from '../../telemetry/store.ts';
import type { Duty, WorkerLog } from './duty.ts';

const INTERVAL_MS = 15_000;
/** How long the other duties wait for this one, which goes on without them: a model may think for long. */
const PATIENCE_MS = 1000;

export interface AgentDutyOptions {
  /** Logged in as the worker. */
  readonly database: Database;
  readonly telemetry: TelemetryStore;
  /** Null: no model is asked. */
  readonly advisor: AdvisorSettings | null;
  readonly log: WorkerLog;
  readonly now: () => Date;
}

/**
 * Lets the agent look at the pending upgrades of every organization that wants it to. Several workers may do so: what one has written, the
 * other finds written, and the limits are counted by the database.
 */
export function agentDuty({ database, telemetry, advisor, log, now }: AgentDutyOptions): Duty {
  const advisors = new Map<string, Advisor | null>();
  const later = new Map<string, number>();
  let underWay: Promise<void> | null = null;
  let failure: { readonly error: unknown } | null = null;
  let isBlind = false;

  const lookAt = async (id: string): Promise<void> => {
    const scope = database.organization(id);
    const asked = advisors.get(id) ?? (await openAdvisor(advisor, scope, now()));
    advisors.set(id, asked);
    await runAgent({ scope, telemetry, advisor: asked, now: now(), later });
  };

  const pass = async (): Promise<void> => {
    failure = null;
    try {
      for (const id of await agentOrganizations(database)) await lookAt(id);
      if (isBlind) log.info('agent: it has telemetry again.');
      isBlind = false;
    } catch (error) {
      // Without telemetry nothing is decided; that is no fault of this duty.
      if (error instanceof TelemetryUnavailable) {
        if (!isBlind) log.warn(`agent: nothing is decided: ${error.message}`);
        isBlind = true;
      } else failure = { error };
    }
    underWay = null;
  };

  return {
    name: 'agent',
    intervalMs: INTERVAL_MS,
    async run() {
      underWay ??= pass();
      const patience = new AbortController();
      const enough = delay(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
      await Promise.race([underWay, enough]);
      patience.abort();
      const failed = failure;
      failure = null;
      if (failed !== null) throw failed.error;
    },
  };
}
