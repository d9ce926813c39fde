import { auditFaultText, type ChainReport } from '../model/audit-chain.ts';
import { cleanLine } from '../model/text.ts';
import { verifyAudit } from '../postgres/audit-verify.ts';
import { auditOrganizations } from './audit-organizations.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { print, type Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'audit verify',
    purpose:
      'Computes every hash of the audit trail again and names the first row that is not as it was written. Exits 1 if there is one.',
    flags: {
      organization: { type: 'string', placeholder: 'SLUG', help: 'only this one of your organizations' },
      json: { type: 'boolean', help: 'print a JSON list' },
    },
    examples: ['audit verify', 'audit verify --organization acme-backbone --json'],
  });
  const context = openContext(shell.env);
  try {
    const reports: (ChainReport & { readonly organization: string })[] = [];
    for (const { organizationId, slug } of await auditOrganizations(context, flags.organization)) {
      const report = { organization: slug, ...(await verifyAudit(context.database.organization(organizationId))) };
      reports.push(report);
      if (flags.json !== true) print(shell.stdout, cleanLine(`${slug}: ${outcome(report)}`));
    }
    if (flags.json === true) print(shell.stdout, JSON.stringify(reports));
    return reports.some(({ fault }) => fault !== null) ? 1 : 0;
  } finally {
    await context.close();
  }
};

function outcome({ rows, fault }: ChainReport): string {
  if (fault !== null) return `${auditFaultText(fault)}.`;
  return rows === 1 ? '1 row, as it was written.' : `${rows} rows, all as they were written.`;
}
