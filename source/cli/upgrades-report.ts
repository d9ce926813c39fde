import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { reportJson, upgradeReport } from '../model/upgrade-report.ts';
import { reportMarkdown } from '../model/upgrade-report-markdown.ts';
import { listAudit } from '../postgres/audit.ts';
import { listUpgradeChecks } from '../postgres/upgrade-checks.ts';
import { listKeptConfigurations, readStepEvidence } from '../postgres/upgrade-evidence.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { findUpgradeOf } from './find-upgrade.ts';
import { print, type Run } from './shell.ts';

/** An upgrade has a few dozen rows; one that was retried for weeks has some hundreds. */
const MOST_AUDIT_ROWS = 10_000;

const FORMATS = ['markdown', 'json'] as const;

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'upgrades report',
    operands: 'ID',
    count: [1, 1],
    purpose:
      'Prints the report of one upgrade: what was done, by whom, when, what was checked and found, how it ended, and the ' +
      'rows of the audit trail that prove it.',
    flags: { format: { type: 'string', placeholder: 'FORMAT', help: 'markdown or json; markdown if left out' } },
    examples: ['upgrades report 42 > upgrade-42.md', 'upgrades report 42 --format json'],
  });
  const { format = 'markdown' } = flags;
  if (!FORMATS.some((known) => known === format)) {
    throw new UserError(`netup-tui upgrades report: ${quoted(format)} is no format; it is ${FORMATS.join(' or ')}.`, {
      exitCode: 2,
    });
  }
  const context = openContext(shell.env);
  try {
    const { scope, upgrade, membership } = await findUpgradeOf(context, operands[0] ?? '');
    const [checks, evidence, configurations, audit] = await Promise.all([
      listUpgradeChecks(scope, upgrade.id),
      readStepEvidence(scope, upgrade.id),
      listKeptConfigurations(scope, upgrade.id),
      listAudit(scope, { upgradeId: upgrade.id, limit: MOST_AUDIT_ROWS }),
    ]);
    const material = {
      organization: membership.slug,
      upgrade,
      checks,
      evidence,
      configurations,
      audit: audit.toReversed(),
    };
    const report = upgradeReport(material, new Date());
    print(shell.stdout, format === 'json' ? reportJson(report) : reportMarkdown(report));
    return 0;
  } finally {
    await context.close();
  }
};
