import { existsSync } from 'node:fs';
import { checkNewFile, writeNewPrivateFile } from '../config/new-private-file.ts';
import type { IssuedToken } from '../telemetry/setup/apply-step.ts';
import { stepLine } from '../telemetry/setup/describe-plan.ts';
import { applySetup, presentTokens } from '../telemetry/setup/setup.ts';
import { Progress } from './progress.ts';
import type { SetupReport } from './setup-report.ts';
import { print, type Shell } from './shell.ts';

const FLAG = '--tokens-file';

/**
 * Makes the changes, showing each. Resolves with the new tokens that are to be shown: none, if they went into a file. Where it breaks
 * off, tokens that have no file are shown at once; a file is written by the next run, since InfluxDB tells it the tokens again.
 */
export async function makeChanges(
  { settings, schema, survey, tokensFile }: SetupReport,
  shell: Shell,
): Promise<readonly IssuedToken[]> {
  const makesTokens = survey.isEmpty || survey.plan.steps.some(({ kind }) => kind === 'create-token');
  const file = tokensFile !== null && (makesTokens || !existsSync(tokensFile)) ? tokensFile : null;
  if (file !== null) checkNewFile(file, FLAG);
  const present = file === null ? [] : presentTokens(schema, survey);
  const issued: IssuedToken[] = [];
  const progress = new Progress(shell.stderr);
  try {
    await applySetup(settings, schema, survey, {
      onStep: (step) => progress.show(stepLine(step)),
      onToken: (token) => issued.push(token),
      onTokensMade: () => {
        if (file !== null) writeNewPrivateFile(file, `${[...present, ...issued].map(tokenLine).join('\n')}\n`, FLAG);
      },
    });
  } catch (error) {
    progress.clear();
    if (file === null) print(shell.stdout, ...tokenLines(issued));
    throw error;
  }
  progress.clear();
  return file === null ? issued : [];
}

/** Tokens as they are shown, the only time. */
export function tokenLines(tokens: readonly IssuedToken[]): readonly string[] {
  return tokens.length === 0 ? [] : ['Keep these tokens, they are shown once:', ...tokens.map(tokenLine)];
}

function tokenLine({ name, value }: IssuedToken): string {
  return `${name}=${value}`;
}
