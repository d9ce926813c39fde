import { z } from 'zod';

// What influx/schema.yml may say. Each message completes the sentence "buckets[0].retention ...".

const name = z.string('is not a name').regex(/^[a-z][a-z0-9_]{0,62}$/u, 'is not a name of small letters, digits and _');
const line = z.string('is not a text').min(1, 'is empty').max(200, 'is longer than 200 characters');
const duration = z
  .string('is not a duration such as 10m or 1h')
  .regex(/^[1-9]\d{0,3}[smhd]$/u, 'is not a duration such as 10m or 1h');
const cron = z.string('is not a schedule').regex(/^[\d*/,-]+(?: [\d*/,-]+){4}$/u, 'is not a schedule of five parts');

const SECONDS: Readonly<Record<string, number>> = { h: 3600, d: 86_400, w: 604_800, y: 365 * 86_400 };

/** `7d` or `2y` as seconds; a year has 365 days. */
const retention = z
  .string('is not a time such as 7d or 2y')
  .regex(/^[1-9]\d{0,3}[hdwy]$/u, 'is not a time such as 7d or 2y')
  .transform((text) => Number.parseInt(text, 10) * (SECONDS[text.slice(-1)] ?? Number.NaN));

const permission = z.strictObject({
  action: z.enum(['read', 'write'], 'is neither read nor write'),
  resource: z
    .string('is not buckets/NAME')
    .regex(/^buckets\/(?:[a-z][a-z0-9_]*|\*)$/u, 'is neither buckets/NAME nor buckets/*')
    .transform((text) => text.slice('buckets/'.length)),
});

const task = z
  .strictObject({
    name,
    file: z.string('is not a file').regex(/^tasks\/[a-z0-9_]+\.flux$/u, 'is not of the form tasks/NAME.flux'),
    every: duration.optional(),
    cron: cron.optional(),
    offset: duration.optional(),
  })
  .refine(
    ({ every, cron: schedule }) => (every === undefined) !== (schedule === undefined),
    'needs one of every and cron',
  );

const field = z.strictObject({
  type: z.enum(['float', 'integer', 'string'], 'is not float, integer or string'),
  unit: line,
  required: z.boolean('is neither true nor false'),
  min: z.number('is not a number').optional(),
  max: z.number('is not a number').optional(),
  values: z.array(z.union([z.string(), z.number()])).optional(),
  meaning: line,
});

const measurement = z.strictObject({
  meaning: line,
  tags: z.array(name),
  fields: z.record(name, field),
});

export const schemaShape = z.strictObject({
  buckets: z.array(z.strictObject({ name, retention, description: line })).min(1, 'has no bucket'),
  tokens: z.array(z.strictObject({ name, permissions: z.array(permission).min(1, 'has no permission') })),
  tasks: z.array(task),
  measurements: z.record(name, measurement),
});

export type SchemaText = z.infer<typeof schemaShape>;
