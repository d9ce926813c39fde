import type { Tool } from '../tool.ts';
import type { InfluxContext } from './context.ts';
import { criticalErrors } from './critical-errors.ts';
import { fleetHealth } from './fleet-health.ts';
import { healthSummary } from './health-summary.ts';
import { integrityCheck } from './integrity-check.ts';
import { series } from './series.ts';

/** What the telemetry server can be asked. */
export const INFLUX_TOOLS: readonly Tool<InfluxContext>[] = [
  healthSummary,
  series,
  fleetHealth,
  criticalErrors,
  integrityCheck,
];
