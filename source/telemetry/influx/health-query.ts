import { flux, type ParameterizedQuery } from '@influxdata/influxdb-client';
import type { HealthCollector, HealthParts } from '../health-parts.ts';
import { read, readCriticalErrors, type Scope, together } from './flux-parts.ts';
import type { FluxRow } from './rows.ts';

/**
 * Everything that a health summary is made of, in one request. Each chain begins anew at `from`, since a chain that is shared
 * is not pushed down; each ends in a bare aggregate or selector, which the storage answers, before anything is regrouped.
 * Rows come one a series, and a router has several when its site or vendor changed: sums and counts are asked for, not means.
 */
export function healthQuery(scope: Scope): ParameterizedQuery {
  const cpu = read(scope, 'cpu', 'usage_percent');
  const memory = read(scope, 'memory', 'free_percent');
  const errors = read(scope, 'errors', 'error_count');
  const value = flux`|> group() |> keep(columns: ["router_id", "_value"])`;
  const at = flux`|> group() |> keep(columns: ["router_id", "_time"])`;
  const valueAt = flux`|> group() |> keep(columns: ["router_id", "_value", "_time"])`;
  return together([
    flux`${cpu} |> sum() ${value} |> yield(name: "cpu sum")`,
    flux`${cpu} |> count() ${value} |> yield(name: "cpu count")`,
    flux`${cpu} |> max() ${value} |> yield(name: "cpu max")`,
    flux`${cpu} |> last() ${valueAt} |> yield(name: "cpu last")`,
    flux`${memory} |> min() ${value} |> yield(name: "memory min")`,
    flux`${memory} |> last() ${valueAt} |> yield(name: "memory last")`,
    flux`${readCriticalErrors(scope)} |> sum() ${value} |> yield(name: "critical errors")`,
    flux`${errors} |> last() ${at} |> yield(name: "errors last")`,
  ]);
}

/** Adds one row of the answer to {@link healthQuery}. */
export function addHealthRow(collector: HealthCollector, row: FluxRow): void {
  collector.add(row.text('router_id'), partsOf(row));
}

function partsOf(row: FluxRow): Partial<HealthParts> {
  switch (row.result) {
    case 'cpu sum':
      return { cpuSum: row.number('_value') };
    case 'cpu count':
      return { samples: row.number('_value') };
    case 'cpu max':
      return { cpuMax: row.number('_value') };
    case 'cpu last':
      return { cpuLatest: { value: row.number('_value'), at: row.time('_time') }, newestAt: row.time('_time') };
    case 'memory min':
      return { memoryMinFree: row.number('_value') };
    case 'memory last':
      return { memoryLatest: { value: row.number('_value'), at: row.time('_time') }, newestAt: row.time('_time') };
    case 'critical errors':
      return { criticalErrors: row.number('_value') };
    case 'errors last':
      // Whoever tells of warnings has looked for critical ones too.
      return { criticalErrors: 0, newestAt: row.time('_time') };
    default:
      throw new TypeError(`No such part of the health query: ${row.result}`);
  }
}
