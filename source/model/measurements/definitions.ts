import { type StepName, type StepStatus, UPGRADE_STEPS } from '../upgrade.ts';
import * as field from './fields.ts';

/** The tag that tells apart what a router has several of. `property` is its name in a point, `values` all that it may be, if they are few. */
export interface FurtherTag {
  readonly name: string;
  readonly property: string;
  readonly values: readonly string[] | null;
  readonly meaning: string;
}

/** A measurement. Every point has all required fields, and at least one field. */
export interface Measurement {
  readonly meaning: string;
  readonly tag: FurtherTag | null;
  readonly required: Readonly<Record<string, field.Field>>;
  readonly optional: Readonly<Record<string, field.Field>>;
}

/** Tags that every point has. */
export const COMMON_TAGS = {
  router_id: '`routers.id`',
  organization: '`organizations.id`, the uuid in lower case',
  vendor: "vendor's name, or `unknown`",
  site: "site's name, or `unknown`",
} as const;

const STEPS = [...UPGRADE_STEPS, 'rollback'] as const satisfies readonly StepName[];
const STEP_STATUSES = [
  'pending',
  'running',
  'success',
  'failed',
  'skipped',
  'rolled_back',
] as const satisfies readonly StepStatus[];

/** What is about an upgrade has its id as a field: every upgrade as a tag would be a series for ever. */
const UPGRADE_ID = field.id('`upgrades.id`');

/**
 * The seven measurements. Types of points, the line protocol, the check of points, what may be asked of InfluxDB, the
 * measurements of influx/schema.yml and the tables of docs/telemetry.md all come from here.
 */
export const MEASUREMENTS = {
  cpu: {
    meaning: 'load of the processors',
    tag: null,
    required: {
      usage_percent: field.percentage('processors in use'),
    },
    optional: {
      load_1m: field.number('processes', [0, 1_000_000], 'load average over one minute'),
      load_5m: field.number('processes', [0, 1_000_000], 'load average over five minutes'),
      load_15m: field.number('processes', [0, 1_000_000], 'load average over a quarter of an hour'),
      process_count: field.count('processes', 'processes there are'),
      busiest_process_percent: field.percentage('share of the process that uses most'),
    },
  },
  memory: {
    meaning: 'memory of the control plane',
    tag: null,
    required: {
      free_percent: field.percentage('memory free'),
    },
    optional: {
      total_bytes: field.bytes('memory there is'),
      used_bytes: field.bytes('memory in use'),
      free_bytes: field.bytes('memory free'),
      fragmentation_percent: field.percentage('free memory outside of its largest block'),
      swap_total_bytes: field.bytes('swap space there is'),
      swap_used_bytes: field.bytes('swap space in use'),
      swap_used_percent: field.percentage('swap space in use'),
    },
  },
  interfaces: {
    meaning: 'state and traffic of an interface',
    tag: { name: 'interface_name', property: 'interfaceName', values: null, meaning: 'name of the interface' },
    required: {
      admin_status: field.yesOrNo('1 switched on, 0 off'),
      oper_status: field.yesOrNo('1 up, 0 down'),
    },
    optional: {
      in_bytes_rate: field.bytesPerSecond('traffic received'),
      out_bytes_rate: field.bytesPerSecond('traffic sent'),
      error_count: field.count('errors', 'errors since the point before'),
      in_bytes: field.byteCounter('counter of the bytes received'),
      out_bytes: field.byteCounter('counter of the bytes sent'),
      in_error_count: field.count('packets', 'packets received with errors since the point before'),
      out_error_count: field.count('packets', 'packets not sent for errors since the point before'),
      in_discard_count: field.count('packets', 'packets received and dropped since the point before'),
      out_discard_count: field.count('packets', 'packets dropped, not sent, since the point before'),
      speed_bytes_rate: field.bytesPerSecond('what the interface can carry'),
    },
  },
  errors: {
    meaning: 'errors that a router reports, from its log and its limits',
    tag: {
      name: 'severity',
      property: 'severity',
      values: ['critical', 'warning'],
      meaning: 'how bad: `critical` or `warning`',
    },
    required: {
      error_count: field.count('errors', 'errors since the point before'),
    },
    optional: {},
  },
  system: {
    meaning: 'sensors of a hardware component, and how long it has been running',
    tag: {
      name: 'component',
      property: 'component',
      values: null,
      meaning: 'name of the component, such as `chassis`',
    },
    required: {},
    optional: {
      uptime_seconds: field.seconds('time since it was started'),
      temperature_celsius: field.number('degrees Celsius', [-100, 1000], 'temperature'),
      power_watts: field.number('watts', [0, 1_000_000], 'power taken or given'),
      fan_rpm: field.number('turns per minute', [0, 1_000_000], 'speed of a fan'),
      fan_percent: field.percentage('speed of a fan, of its greatest'),
      oper_status: field.yesOrNo('1 in order, 0 not, by its own word'),
    },
  },
  upgrade_progress: {
    meaning: 'how far an upgrade is',
    tag: null,
    required: {
      upgrade_id: UPGRADE_ID,
      step: field.oneOf(STEPS, 'step that is told of'),
      step_status: field.oneOf(STEP_STATUSES, 'state of that step'),
      percent: field.percentage('part of the whole upgrade that is done'),
    },
    optional: {
      step_percent: field.percentage('part of the step that is done'),
      elapsed_seconds: field.seconds('time since the upgrade began'),
      transferred_bytes: field.bytes('part of the image that is on the router'),
    },
  },
  upgrade_validation: {
    meaning: 'results of the tests before and after an upgrade',
    tag: { name: 'component', property: 'component', values: null, meaning: 'what is tested, such as `interfaces`' },
    required: {
      upgrade_id: UPGRADE_ID,
      phase: field.oneOf(['before', 'after'], 'before or after the new version was started'),
      test_passed: field.yesOrNo('1 passed, 0 failed'),
    },
    optional: {
      expected_value: field.number('as tested', [], 'value that was expected'),
      actual_value: field.number('as tested', [], 'value that was found'),
    },
  },
} as const satisfies Readonly<Record<string, Measurement>>;

export type MeasurementName = keyof typeof MEASUREMENTS;

/** Names of the fields of a measurement. */
export type FieldName<Name extends MeasurementName> = Extract<
  keyof (typeof MEASUREMENTS)[Name]['required'] | keyof (typeof MEASUREMENTS)[Name]['optional'],
  string
>;

export interface ListedField {
  readonly name: string;
  readonly field: field.Field;
  readonly isRequired: boolean;
}

/** A measurement's fields, the required ones first. */
export function fieldsOf({ required, optional }: Measurement): readonly ListedField[] {
  return [
    ...Object.entries(required).map(([name, described]) => ({ name, field: described, isRequired: true })),
    ...Object.entries(optional).map(([name, described]) => ({ name, field: described, isRequired: false })),
  ];
}
