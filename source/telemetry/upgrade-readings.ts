import { MEASUREMENTS } from '../model/measurements/definitions.ts';
import type { ProgressReading, ValidationReading } from '../model/telemetry.ts';
import { type FieldPoint, flagIn, numberIn, textIn } from './field-points.ts';

const { step: STEP, step_status: STEP_STATUS } = MEASUREMENTS.upgrade_progress.required;
const { phase: PHASE } = MEASUREMENTS.upgrade_validation.required;

/** Progress of one upgrade, oldest first; of the one told of last if `upgradeId` is null. What lacks a required field is left out. */
export function progressReadings(points: readonly FieldPoint[], upgradeId: string | null): ProgressReading[] {
  return ofUpgrade(
    points.flatMap((point) => progressOf(point) ?? []),
    upgradeId,
  );
}

/** Results of the tests of one upgrade, as above. */
export function validationReadings(points: readonly FieldPoint[], upgradeId: string | null): ValidationReading[] {
  return ofUpgrade(
    points.flatMap((point) => validationOf(point) ?? []),
    upgradeId,
  );
}

function ofUpgrade<T extends { readonly upgradeId: string }>(readings: readonly T[], upgradeId: string | null): T[] {
  const wanted = upgradeId ?? readings.at(-1)?.upgradeId;
  return readings.filter((reading) => reading.upgradeId === wanted);
}

function progressOf({ at, fields }: FieldPoint): ProgressReading | null {
  const upgradeId = textIn(fields, 'upgrade_id');
  const step = STEP.values.find((name) => name === fields.get('step'));
  const stepStatus = STEP_STATUS.values.find((status) => status === fields.get('step_status'));
  const percent = numberIn(fields, 'percent');
  if (upgradeId === null || step === undefined || stepStatus === undefined || percent === null) return null;
  return {
    upgradeId,
    step,
    stepStatus,
    percent,
    stepPercent: numberIn(fields, 'step_percent'),
    elapsedSeconds: numberIn(fields, 'elapsed_seconds'),
    transferredBytes: numberIn(fields, 'transferred_bytes'),
    at,
  };
}

function validationOf({ part: component, at, fields }: FieldPoint): ValidationReading | null {
  const upgradeId = textIn(fields, 'upgrade_id');
  const phase = PHASE.values.find((name) => name === fields.get('phase'));
  const passed = flagIn(fields, 'test_passed');
  if (upgradeId === null || phase === undefined || passed === null) return null;
  const expected = numberIn(fields, 'expected_value');
  return { upgradeId, phase, component, passed, expected, actual: numberIn(fields, 'actual_value'), at };
}
