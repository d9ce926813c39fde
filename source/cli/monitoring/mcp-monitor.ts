import type { McpLog } from '../../mcp/log.ts';
import type { Metric } from '../../model/metrics-text.ts';
import type { Database } from '../../postgres/database.ts';
import { databaseCheck, databaseMetric } from './database-check.ts';
import type { Monitor } from './monitor.ts';
import type { Tally } from './tally.ts';

/** The log as it was, counting the calls that it is told of. What is called does not become a label: clients choose it. */
export function countingLog(log: McpLog, calls: Tally): McpLog {
  return (level, message, details) => {
    if (message === 'call') calls.add({ result: resultOf(details?.['outcome']) });
    log(level, message, details);
  };
}

function resultOf(outcome: unknown): 'answered' | 'refused' | 'unavailable' | 'defect' {
  if (outcome === 'answered' || outcome === 'defect') return outcome;
  const away = outcome === 'DatabaseUnavailable' || outcome === 'TelemetryUnavailable' || outcome === 'OutcomeUnknown';
  return away ? 'unavailable' : 'refused';
}

export function mcpMonitor(database: Database, calls: Tally, processMetrics: () => readonly Metric[]): Monitor {
  const look = databaseCheck(database, 'netup_readonly');
  return {
    readiness: look,
    async metrics() {
      const readiness = await look();
      return [
        ...processMetrics(),
        databaseMetric(readiness),
        calls.metric('netup_mcp_calls_total', 'Calls of assistants, by how they ended.'),
      ];
    },
  };
}
