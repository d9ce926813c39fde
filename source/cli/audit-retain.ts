import { readSettings } from '../config/environment.ts';
import { findPaths } from '../config/paths.ts';
import { UserError } from '../config/user-error.ts';
import { cleanLine } from '../model/text.ts';
import { type RemovedMonth, retainAudit } from '../postgres/audit-retention.ts';
import { openDatabase } from '../postgres/database.ts';
import { PROOF_FLAGS, readProof } from './audit-proof.ts';
import { assertTables } from './check-tables.ts';
import { readCommandLine } from './command-line.ts';
import { adminSettings } from './context.ts';
import { print, type Run } from './shell.ts';

const MOST_MONTHS = 1200;

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'audit retain',
    purpose:
      'Removes the months of the audit trail that are older than those to keep, for all organizations, after verifying their whole trails. ' +
      'A month goes only if signed checkpoints vouch for all of it; what is left still verifies. Audited. Uses PG_ADMIN_USER.',
    flags: {
      keep: { type: 'number', placeholder: 'MONTHS', help: 'whole months to keep besides this one; needed' },
      dryRun: { type: 'boolean', help: 'check everything, and only say what would be removed' },
      ...PROOF_FLAGS,
      json: { type: 'boolean', help: 'print a JSON list of the months' },
    },
    examples: ['audit retain --keep 24 --dry-run'],
  });
  const { keep } = flags;
  if (keep === undefined || !Number.isInteger(keep) || keep < 1 || keep > MOST_MONTHS) {
    throw new UserError(
      `netup-tui audit retain: --keep is needed, a whole number of months from 1 to ${MOST_MONTHS}.`,
      {
        exitCode: 2,
      },
    );
  }
  const settings = readSettings(shell.env);
  const admin = adminSettings(settings, 'audit retain');
  if (settings.readOnly) throw new UserError('NETUP_READ_ONLY is set, so nothing can be removed; unset it first.');
  const proof = await readProof(settings, findPaths(shell.env), flags);
  const dryRun = flags.dryRun === true;
  const database = openDatabase({ ...admin, poolSize: 2 }, { applicationName: 'netup-tui audit retain' });
  const months: RemovedMonth[] = [];
  try {
    await assertTables(database);
    const onMonth = (month: RemovedMonth): void => {
      months.push(month);
      if (flags.json !== true) print(shell.stdout, cleanLine(monthText(month, dryRun)));
    };
    await retainAudit(database, { keep, dryRun, proofOf: (id) => proof.of(id), onMonth });
  } finally {
    await database.close();
  }
  if (flags.json === true) print(shell.stdout, JSON.stringify(months));
  else {
    if (months.length === 0) print(shell.stdout, 'No month of the audit trail is old enough to go.');
    print(shell.stderr, ...proof.notes);
  }
  return 0;
};

function monthText({ month, organizations }: RemovedMonth, dryRun: boolean): string {
  const parts = organizations.map(({ slug, rows, until }) => `${rows} of ${slug} (up to row ${until})`);
  const what = parts.length === 0 ? 'no rows' : `rows: ${parts.join(', ')}`;
  return `${month} ${dryRun ? 'would go' : 'is gone'}: ${what}.`;
}
