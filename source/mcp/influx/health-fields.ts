import { z } from 'zod';
import type { HealthSummary } from '../../model/health.ts';
import type { TimeWindow } from '../../telemetry/store.ts';

const percent = z.number().nullable();

export const healthFields = z.object({
  cpu_mean: percent.describe('Percent; null: no reading. No data is not zero.'),
  cpu_max: percent,
  cpu_latest: percent,
  memory_min_free: percent.describe('The least free memory in the window, percent.'),
  memory_latest_free: percent,
  critical_errors: z
    .number()
    .nullable()
    .describe(
      'Critical errors in the window; null: nobody counted them, as where its log is not read. That is not none.',
    ),
  samples: z.number().int().describe('CPU readings in the window.'),
  newest_at: z.string().nullable().describe('Time of the newest reading.'),
});

const NOTHING: HealthSummary = {
  cpuMean: null,
  cpuMax: null,
  cpuLatest: null,
  memoryMinFree: null,
  memoryLatestFree: null,
  criticalErrors: null,
  samples: 0,
  newestAt: null,
};

/** The figures of a router; null: it sent nothing. */
export function toHealthFields(health: HealthSummary | null): z.infer<typeof healthFields> {
  const known = health ?? NOTHING;
  return {
    cpu_mean: known.cpuMean,
    cpu_max: known.cpuMax,
    cpu_latest: known.cpuLatest,
    memory_min_free: known.memoryMinFree,
    memory_latest_free: known.memoryLatestFree,
    critical_errors: known.criticalErrors,
    samples: known.samples,
    newest_at: known.newestAt === null ? null : new Date(known.newestAt).toISOString(),
  };
}

export const windowFields = z.object({ start: z.string(), end: z.string() });

export function toWindowFields({ start, end }: TimeWindow): z.infer<typeof windowFields> {
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}
