import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { planReportJson } from '../model/plan-report.ts';
import { planReportMarkdown } from '../model/plan-report-markdown.ts';
import { reportJson } from '../model/upgrade-report.ts';
import { reportMarkdown } from '../model/upgrade-report-markdown.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { findUpgradeOf } from './find-upgrade.ts';
import { readPlanReport, readUpgradeReport } from './read-report.ts';
import { print, type Run } from './shell.ts';

const FORMATS = ['markdown', 'json'] as const;

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'upgrades report',
    operands: 'ID',
    count: [1, 1],
    purpose:
      'Prints the report of one upgrade: what was done, by whom, when, what was checked and found, how it ended, and the ' +
      'rows of the audit trail that prove it.',
    flags: {
      format: { type: 'string', placeholder: 'FORMAT', help: 'markdown or json; markdown if left out' },
      plan: { type: 'boolean', help: 'of everything that was requested together with it, wave by wave' },
    },
    examples: [
      'upgrades report 42 > upgrade-42.md',
      'upgrades report 42 --format json',
      'upgrades report 42 --plan > plan.md',
    ],
  });
  const { format = 'markdown' } = flags;
  if (!FORMATS.some((known) => known === format)) {
    throw new UserError(`netup-tui upgrades report: ${quoted(format)} is no format; it is ${FORMATS.join(' or ')}.`, {
      exitCode: 2,
    });
  }
  const context = openContext(shell.env);
  try {
    const found = await findUpgradeOf(context, operands[0] ?? '');
    const now = new Date();
    if (flags.plan === true) {
      const report = await readPlanReport(found, now);
      print(shell.stdout, format === 'json' ? planReportJson(report) : planReportMarkdown(report));
    } else {
      const report = await readUpgradeReport(found, now);
      print(shell.stdout, format === 'json' ? reportJson(report) : reportMarkdown(report));
    }
    return 0;
  } finally {
    await context.close();
  }
};
