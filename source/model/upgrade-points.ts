import type { Check } from './upgrade-run.ts';
import type { Point } from './telemetry.ts';
import type { StepName, StepStatus } from './upgrade.ts';

/** Something that happened to an upgrade, and that its telemetry tells of. */
export type UpgradeEvent = {
  readonly upgradeId: string;
  readonly organizationId: string;
  readonly routerId: string;
  /** Names; null if not known. */
  readonly vendor: string | null;
  readonly site: string | null;
  readonly at: Date;
} & (
  | {
      readonly kind: 'progress';
      readonly step: StepName;
      readonly status: StepStatus;
      /** Of the whole upgrade. */
      readonly percent: number;
      /** Seconds since it began; null if it did not. */
      readonly elapsed: number | null;
    }
  | {
      readonly kind: 'check';
      readonly phase: 'before' | 'after';
      readonly name: string;
      readonly status: Check['status'];
      readonly expected: string;
      readonly actual: string;
    }
);

/** The point that an event is: always the same one, so that it may be written twice. */
export function pointOf(event: UpgradeEvent): Point {
  const { upgradeId: upgrade_id, organizationId: organization, routerId: router_id, at } = event;
  const tags = { router_id, organization, vendor: event.vendor ?? 'unknown', site: event.site ?? 'unknown' };
  const time = at.getTime();
  if (event.kind === 'progress') {
    const { step, status: step_status, percent, elapsed } = event;
    const since = elapsed === null ? {} : { elapsed_seconds: elapsed };
    return {
      measurement: 'upgrade_progress',
      tags,
      time,
      fields: { upgrade_id, step, step_status, percent, ...since },
    };
  }
  const { name: component, phase, status } = event;
  const [wanted, found] = [numberIn(event.expected), numberIn(event.actual)];
  return {
    measurement: 'upgrade_validation',
    tags,
    component,
    time,
    fields: {
      upgrade_id,
      phase,
      // A warning stops nothing; what is unknown does.
      test_passed: status === 'pass' || status === 'warn' ? 1 : 0,
      ...(wanted === null ? {} : { expected_value: wanted }),
      ...(found === null ? {} : { actual_value: found }),
    },
  };
}

/** The number that a text is: `20`, `62.5 %`, `905 MB`. What has a dot and no unit may be a version, which is none. */
function numberIn(text: string): number | null {
  const number = /^(?:(?<whole>-?\d+)|(?<measured>-?\d+(?:\.\d+)?)(?: ?%| [A-Za-z]{1,3}))$/u.exec(text)?.groups;
  const found = number?.['whole'] ?? number?.['measured'];
  return found === undefined ? null : Number(found);
}
