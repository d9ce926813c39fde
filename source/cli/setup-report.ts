import type { InfluxAdminSettings } from '../config/influx-admin.ts';
import type { IssuedToken } from '../telemetry/setup/apply-step.ts';
import { leftLines, stepLine } from '../telemetry/setup/describe-plan.ts';
import type { InfluxSchema } from '../telemetry/setup/influx-schema.ts';
import type { Survey } from '../telemetry/setup/setup.ts';

export interface SetupReport {
  readonly settings: InfluxAdminSettings;
  readonly schema: InfluxSchema;
  readonly survey: Survey;
  /** The file that the tokens will be written to; null: none. */
  readonly tokensFile: string | null;
}

/** The plan, for people. */
export function setupLines({ settings, schema, survey, tokensFile }: SetupReport): readonly string[] {
  const { isEmpty, plan, losing } = survey;
  const changes = [
    ...(isEmpty ? [`+ first user ${settings.login?.user ?? ''}, organization ${settings.org}`] : []),
    ...plan.steps.map((step) => stepLine(step)),
    ...(tokensFile === null ? [] : [`+ file ${tokensFile}, with the tokens`]),
  ];
  return [
    `InfluxDB at ${new URL(settings.url).host}, organization ${settings.org}${isEmpty ? ', which is to be made' : ''}:`,
    ...(changes.length === 0 ? ['  nothing to do'] : changes.map((change) => `  ${change}`)),
    ...losing.map((name) => `  ! ${name} has points older than it shall keep, which will be lost`),
    ...leftLines(plan.left),
    ...bucketNote(settings, schema),
  ];
}

/** The same for scripts, with the tokens that nobody else was given. */
export function setupReport(
  { settings, survey, tokensFile }: SetupReport,
  applied: boolean,
  tokens: readonly IssuedToken[],
): object {
  const { isEmpty, plan, losing } = survey;
  return {
    server: new URL(settings.url).host,
    organization: settings.org,
    isEmpty,
    plan: plan.steps.map((step) => ({ kind: step.kind, text: stepLine(step) })),
    losing,
    left: plan.left,
    applied,
    tokensFile,
    tokens: Object.fromEntries(tokens.map(({ name, value }) => [name, value])),
  };
}

function bucketNote({ bucket }: InfluxAdminSettings, { buckets }: InfluxSchema): readonly string[] {
  if (buckets.some(({ name }) => name === bucket)) return [];
  return [
    `  INFLUX_BUCKET is ${bucket}, which influx/schema.yml does not declare: points would go there, and no task reads it`,
  ];
}
