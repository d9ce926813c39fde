import path from 'node:path';
import { readSettings } from '../config/environment.ts';
import { type InfluxAdminSettings, readInfluxAdmin } from '../config/influx-admin.ts';
import { checkNewFile } from '../config/new-private-file.ts';
import { packageRoot } from '../config/package-root.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { openDatabase } from '../postgres/database.ts';
import { readRouterOwners } from '../postgres/router-owners.ts';
import { boundById } from '../telemetry/migration/bound-by-id.ts';
import { dropBucket } from '../telemetry/migration/buckets.ts';
import { assignOrganizations, type Inventory } from '../telemetry/migration/inventory.ts';
import { runMigration } from '../telemetry/migration/migrate.ts';
import { isNothing, type MigrationPlan, planMigration } from '../telemetry/migration/plan.ts';
import type { IssuedToken } from '../telemetry/setup/apply-step.ts';
import { type InfluxAdmin, openInfluxAdmin } from '../telemetry/setup/influx-admin.ts';
import type { InfluxSchema } from '../telemetry/setup/influx-schema.ts';
import { readSchema } from '../telemetry/setup/read-schema.ts';
import { askYes } from './ask-yes.ts';
import { readCommandLine } from './command-line.ts';
import { adminSettings } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { planLines, planReport } from './migrate-influx-report.ts';
import { Progress } from './progress.ts';
import { rebindTokens } from './rebind-tokens.ts';
import { tokenLines } from './setup-changes.ts';
import { print, type Run, type Shell } from './shell.ts';
import { signalled } from './signalled.ts';

/** One part of a copy may take minutes on a busy server. */
const TIMEOUT_MS = 10 * 60_000;

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'migrate influx',
    purpose:
      'Brings telemetry of older collectors into our form: the measurement mem becomes memory, and points without an organization get that of ' +
      'their router. Copies the bucket INFLUX_BUCKET into a new one, compares both, and swaps their names; the old one is kept. Uses ' +
      'INFLUX_ADMIN_TOKEN, or INFLUX_USER and INFLUX_PASSWORD, and PG_ADMIN_USER for the inventory. Safe to stop and to run again.',
    flags: {
      from: { type: 'string', placeholder: 'BUCKET', help: 'add the points of mem of this bucket, too' },
      defaultOrganization: { type: 'string', placeholder: 'SLUG', help: 'for routers not in the inventory' },
      dryRun: { type: 'boolean', help: 'only count, and say what would be done' },
      yes: { type: 'boolean', help: 'do it without asking' },
      dropOld: { type: 'boolean', help: 'delete what earlier runs have kept' },
      tokensFile: { type: 'string', placeholder: 'FILE', help: 'write the new tokens there, lines NAME=TOKEN' },
      json: { type: 'boolean', help: 'print what was found and done as JSON' },
    },
    examples: ['migrate influx --dry-run', 'migrate influx --from telemetry_old --yes', 'migrate influx --drop-old'],
  });
  const settings = readInfluxAdmin(shell.env);
  if (flags.dryRun !== true) refuseIfReadOnly({ settings }, 'migrate telemetry');
  const schema = await readSchema(path.join(packageRoot, 'influx'));
  const admin = await openInfluxAdmin(settings, TIMEOUT_MS);
  try {
    const plan = await planMigration(admin, {
      name: settings.bucket,
      from: flags.from ?? null,
      now: Date.now(),
      assign: (routerIds) => assign(routerIds, flags.defaultOrganization ?? null, shell),
    });
    const bound = await boundById(admin, plan.state.old, ourTokens(schema, settings));
    const say = (...lines: readonly string[]): void => (flags.json ? undefined : print(shell.stdout, ...lines));
    const report = (applied: boolean, dropped: readonly string[], tokens: readonly IssuedToken[]): number => {
      const issued = Object.fromEntries(tokens.map(({ name, value }) => [name, value]));
      if (flags.json)
        print(shell.stdout, JSON.stringify({ ...planReport(plan, bound), applied, dropped, tokens: issued }));
      return 0;
    };
    say(`InfluxDB at ${new URL(settings.url).host}, organization ${settings.org}:`, ...planLines(plan, bound));
    const dropped = flags.dropOld === true ? plan.kept.map(({ name }) => name) : [];
    if (flags.dryRun === true || (isNothing(plan) && dropped.length === 0)) return report(false, [], []);
    await refuseOrAsk(plan, dropped, { yes: flags.yes === true, json: flags.json === true }, shell);
    const tokens = isNothing(plan)
      ? []
      : await migrateNow(admin, plan, { settings, schema, tokensFile: flags.tokensFile ?? null }, shell);
    for (const bucket of plan.kept) if (dropped.includes(bucket.name)) await dropBucket(admin, bucket);
    say(...tokenLines(tokens), ...dropped.map((name) => `${name} is deleted.`), 'Done.');
    return report(true, dropped, tokens);
  } finally {
    await admin.close();
  }
};

async function migrateNow(
  admin: InfluxAdmin,
  plan: MigrationPlan,
  wish: { readonly settings: InfluxAdminSettings; readonly schema: InfluxSchema; readonly tokensFile: string | null },
  shell: Shell,
): Promise<readonly IssuedToken[]> {
  if (wish.tokensFile !== null && plan.state.phase !== 'swapped') checkNewFile(wish.tokensFile, '--tokens-file');
  const ending = signalled('Stopped; what is copied stays, and the next run goes on.');
  const progress = new Progress(shell.stderr);
  const tokens: IssuedToken[] = [];
  try {
    await runMigration(plan, {
      admin,
      now: Date.now,
      signal: ending.signal,
      onProgress: (text) => progress.show(text),
      onSwapped: async () => {
        progress.clear();
        tokens.push(...(await rebindTokens(wish, shell)));
      },
    });
    return tokens;
  } catch (error) {
    print(shell.stdout, ...tokenLines(tokens));
    throw error;
  } finally {
    progress.clear();
    ending.release();
  }
}

/** The inventory is asked only if there is something to ask. */
async function assign(routerIds: readonly string[], slug: string | null, { env }: Shell): Promise<Inventory> {
  if (routerIds.length === 0) return assignOrganizations([], new Map(), null);
  // Without INFLUX_URL, which would want the token of a writer.
  const postgres = adminSettings(readSettings({ ...env, INFLUX_URL: '' }), 'migrate influx');
  const database = openDatabase({ ...postgres, poolSize: 2 }, { applicationName: 'netup-tui migrate influx' });
  try {
    const { organizations, owners } = await readRouterOwners(database);
    const fallback = slug === null ? null : organizations.get(slug);
    if (fallback === undefined) {
      const known = [...organizations.keys()].join(', ');
      throw new UserError(
        `There is no organization ${quoted(slug ?? '')}; --default-organization can be: ${known || 'none, as there are none yet'}.`,
      );
    }
    return assignOrganizations(routerIds, owners, fallback);
  } finally {
    await database.close();
  }
}

async function refuseOrAsk(
  plan: MigrationPlan,
  dropped: readonly string[],
  { yes, json }: { readonly yes: boolean; readonly json: boolean },
  shell: Shell,
): Promise<void> {
  if (yes) return;
  if (json) throw new UserError('Nothing was changed: --json needs --yes or --dry-run.');
  if (!shell.stdin.isTTY) {
    throw new UserError('Nothing was changed: there is no terminal to ask on. Give --yes to do this.');
  }
  const question = isNothing(plan) ? `Delete ${dropped.join(' and ')} for good?` : 'Migrate?';
  if (!(await askYes(shell, question))) throw new UserError('Nothing was changed.');
}

/** Tokens that are made anew by us when the bucket changes. */
function ourTokens({ tokens }: InfluxSchema, { bucket }: InfluxAdminSettings): readonly string[] {
  return tokens
    .filter(({ permissions }) => permissions.some((permission) => permission.bucket === bucket))
    .map(({ name }) => name);
}
