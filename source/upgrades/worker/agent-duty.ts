import { openAdvisor } from '../../agent/advisors/open-advisor.ts';
import type { Advisor } from '../../agent/advisors/advisor.ts';
import { runAgent } from '../../agent/run-agent.ts';
import type { AdvisorSettings } from '../../config/advisor-settings.ts';
import { agentOrganizations } from '../../postgres/agent-work.ts';
import type { Database } from '../../postgres/database.ts';
import { type TelemetryStore, TelemetryUnavailable } from '../../telemetry/store.ts';
import type { Duty, WorkerLog } from './duty.ts';
import { impatient } from './impatient.ts';

const INTERVAL_MS = 15_000;

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
  let isBlind = false;

  const lookAt = async (id: string): Promise<void> => {
    const scope = database.organization(id);
    const asked = advisors.get(id) ?? (await openAdvisor(advisor, scope, now()));
    advisors.set(id, asked);
    await runAgent({ scope, telemetry, advisor: asked, now: now(), later });
  };

  const lookAtAll = async (): Promise<void> => {
    try {
      for (const id of await agentOrganizations(database)) await lookAt(id);
      if (isBlind) log.info('agent: it has telemetry again.');
      isBlind = false;
    } catch (error) {
      // Without telemetry nothing is decided; that is no fault of this duty.
      if (!(error instanceof TelemetryUnavailable)) throw error;
      if (!isBlind) log.warn(`agent: nothing is decided: ${error.message}`);
      isBlind = true;
    }
  };

  // A model may think for long.
  return { name: 'agent', intervalMs: INTERVAL_MS, run: impatient(lookAtAll) };
}
