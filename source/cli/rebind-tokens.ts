import { existsSync } from 'node:fs';
import type { InfluxAdminSettings } from '../config/influx-admin.ts';
import type { IssuedToken } from '../telemetry/setup/apply-step.ts';
import type { InfluxSchema } from '../telemetry/setup/influx-schema.ts';
import type { Step } from '../telemetry/setup/plan.ts';
import { surveyServer } from '../telemetry/setup/setup.ts';
import { makeChanges } from './setup-changes.ts';
import type { Shell } from './shell.ts';

/**
 * Makes the tokens of influx/schema.yml anew that are for the bucket INFLUX_BUCKET by name, and by id for another one; InfluxDB cannot change
 * what a token is for. The same as `setup influx` does, and nothing else of it. Resolves with those to be shown.
 */
export async function rebindTokens(
  wish: { readonly settings: InfluxAdminSettings; readonly schema: InfluxSchema; readonly tokensFile: string | null },
  shell: Shell,
): Promise<readonly IssuedToken[]> {
  const { settings, schema, tokensFile } = wish;
  const survey = await surveyServer(settings, schema, Date.now());
  const tokens = schema.tokens.filter(({ permissions }) =>
    permissions.some(({ bucket }) => bucket === settings.bucket),
  );
  const names = new Set(tokens.map(({ name }) => name));
  const steps = survey.plan.steps.filter((step) => names.has(tokenName(step) ?? ''));
  const needsFile = tokensFile !== null && !existsSync(tokensFile);
  if (steps.length === 0 && !needsFile) return [];
  return makeChanges(
    { settings, schema: { ...schema, tokens }, survey: { ...survey, plan: { ...survey.plan, steps } }, tokensFile },
    shell,
  );
}

/** The token that a step is about; null: none. */
function tokenName(step: Step): string | null {
  if (step.kind === 'create-token') return step.token.name;
  if (step.kind === 'activate-token') return step.name;
  return step.kind === 'delete-token' ? step.found.name : null;
}
