import { existsSync } from 'node:fs';
import path from 'node:path';
import { readInfluxAdmin } from '../config/influx-admin.ts';
import { packageRoot } from '../config/package-root.ts';
import { UserError } from '../config/user-error.ts';
import type { IssuedToken } from '../telemetry/setup/apply-step.ts';
import { readSchema } from '../telemetry/setup/read-schema.ts';
import { type Survey, surveyServer } from '../telemetry/setup/setup.ts';
import { askYes } from './ask-yes.ts';
import { readCommandLine } from './command-line.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { makeChanges, tokenLines } from './setup-changes.ts';
import { setupLines, setupReport } from './setup-report.ts';
import { print, type Run, type Shell } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'setup influx',
    purpose:
      'Makes InfluxDB as influx/schema.yml says: buckets, tokens and tasks. Sets up an empty server, repairs what differs, and leaves the rest alone. Uses INFLUX_ADMIN_TOKEN, or INFLUX_USER and INFLUX_PASSWORD. Safe to run again.',
    flags: {
      dryRun: { type: 'boolean', help: 'only say what would be done' },
      yes: { type: 'boolean', help: 'do it without asking' },
      json: { type: 'boolean', help: 'print the plan and what was done as JSON' },
      tokensFile: { type: 'string', placeholder: 'FILE', help: 'write the tokens there, lines NAME=TOKEN' },
      shortenRetention: { type: 'boolean', help: 'let go of points older than a bucket shall keep' },
    },
    examples: ['setup influx --dry-run', 'setup influx --yes --tokens-file ~/influx-tokens'],
  });
  const settings = readInfluxAdmin(shell.env);
  if (flags.dryRun !== true) refuseIfReadOnly({ settings }, 'set InfluxDB up');
  const schema = await readSchema(path.join(packageRoot, 'influx'));
  const survey = await surveyServer(settings, schema, Date.now());
  const tokensFile = flags.tokensFile ?? null;
  const isMissing = tokensFile !== null && !existsSync(tokensFile);
  const isNeeded = survey.plan.steps.length > 0 || survey.isEmpty || isMissing;
  const report = { settings, schema, survey, tokensFile: isMissing ? tokensFile : null };
  const done = (applied: boolean, tokens: readonly IssuedToken[]): number => {
    if (flags.json) print(shell.stdout, JSON.stringify(setupReport(report, applied, tokens)));
    return 0;
  };
  if (!flags.json) print(shell.stdout, ...setupLines(report));
  if (!isNeeded || flags.dryRun) return done(false, []);
  refuseIfNotAllowed(survey, { yes: flags.yes, shorten: flags.shortenRetention }, shell);
  const sure = flags.yes || (flags.json !== true && (await isAgreed(survey, flags.shortenRetention === true, shell)));
  if (!sure) {
    throw new UserError(flags.json ? 'Nothing was changed: --json needs --yes or --dry-run.' : 'Nothing was changed.');
  }
  const tokens = await makeChanges({ settings, schema, survey, tokensFile }, shell);
  if (flags.json) return done(true, tokens);
  print(shell.stdout, ...tokenLines(tokens));
  print(shell.stdout, report.tokensFile === null ? 'Done.' : `Done. The tokens are in ${report.tokensFile}.`);
  return 0;
};

/** What no answer on the terminal could allow. */
function refuseIfNotAllowed(
  { losing }: Survey,
  { yes, shorten }: { readonly yes: boolean | undefined; readonly shorten: boolean | undefined },
  { stdin }: Shell,
): void {
  if (losing.length > 0 && shorten !== true && (yes === true || !stdin.isTTY)) {
    throw new UserError(
      `Nothing was changed: ${losing.join(' and ')} has points older than it shall keep, which would be lost. ` +
        'Give --shorten-retention to let go of them, or a longer retention in influx/schema.yml.',
    );
  }
  if (yes !== true && !stdin.isTTY) {
    throw new UserError('Nothing was changed: there is no terminal to ask on. Give --yes to make these changes.');
  }
}

async function isAgreed({ losing }: Survey, shorten: boolean, shell: Shell): Promise<boolean> {
  if (!(await askYes(shell, 'Make these changes?'))) return false;
  if (losing.length === 0 || shorten) return true;
  return askYes(
    shell,
    `Points of ${losing.join(' and ')} older than it shall keep will be lost for good. Let go of them?`,
  );
}
