import { auditFaultText, type ChainReport } from '../model/audit-chain.ts';
import { cleanLine } from '../model/text.ts';
import { verifyAudit } from '../postgres/audit-verify.ts';
import { auditOrganizations } from './audit-organizations.ts';
import { PROOF_FLAGS, readProof } from './audit-proof.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { print, type Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'audit verify',
    purpose:
      'Computes every hash of the audit trail again, compares it with the signed checkpoints, and names the first row that is not as it ' +
      'was written. Exits 1 if there is one.',
    flags: {
      organization: { type: 'string', placeholder: 'SLUG', help: 'only this one of your organizations' },
      ...PROOF_FLAGS,
      json: { type: 'boolean', help: 'print a JSON list' },
    },
    examples: [
      'audit verify --public-key audit-key.pub --checkpoints audit-checkpoints.jsonl',
      'audit verify --organization acme-backbone --json',
    ],
  });
  const context = openContext(shell.env);
  try {
    const reports: (ChainReport & { readonly organization: string })[] = [];
    const organizations = await auditOrganizations(context, flags.organization);
    const proof = await readProof(context.settings, context.paths, flags);
    for (const { organizationId, slug } of organizations) {
      const scope = context.database.organization(organizationId);
      const own = proof.of(organizationId);
      const report = { organization: slug, ...(await verifyAudit(scope, own)) };
      reports.push(report);
      if (flags.json !== true) print(shell.stdout, cleanLine(`${slug}: ${outcome(report)}`));
      // As it is with another database's file.
      if (own.filed?.length === 0 && report.signedUntil !== null) {
        print(shell.stderr, `The checkpoint file has no checkpoint of ${slug}, so those in the database are all.`);
      }
    }
    const { publicKey, checkpoints } = proof;
    if (flags.json !== true) print(shell.stderr, ...proof.notes);
    else print(shell.stdout, JSON.stringify(reports.map((report) => ({ ...report, publicKey, checkpoints }))));
    return reports.some(({ fault }) => fault !== null) ? 1 : 0;
  } finally {
    await context.close();
  }
};

function outcome({ rows, fault, retained, signedUntil }: ChainReport): string {
  if (fault !== null) return `${auditFaultText(fault)}.`;
  const what = rows === 1 ? '1 row, as it was written' : `${rows} rows, all as they were written`;
  const from =
    retained === null ? '' : `, from row ${BigInt(retained.until) + 1n} on (retention, row ${retained.event})`;
  const signed = signedUntil === null ? 'none is signed for' : `signed for up to row ${signedUntil}`;
  return rows === 0 ? 'no rows.' : `${what}${from}; ${signed}.`;
}
