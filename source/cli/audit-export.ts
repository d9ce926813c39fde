import { UserError } from '../config/user-error.ts';
import { exportAudit } from '../postgres/audit-export.ts';
import { AUDIT_FORMATS, auditFormat } from './audit-lines.ts';
import { auditOrganizations } from './audit-organizations.ts';
import { readPeriod } from './audit-period.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import type { Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'audit export',
    purpose: 'Writes the audit trail of a period to standard output, in the order in which it came to be.',
    flags: {
      from: { type: 'string', placeholder: 'DATE', help: 'first day, in UTC; needed' },
      to: { type: 'string', placeholder: 'DATE', help: 'last day, included; needed' },
      format: { type: 'string', placeholder: 'FORMAT', help: `${AUDIT_FORMATS.join(' or ')}; needed` },
      organization: { type: 'string', placeholder: 'SLUG', help: 'only this one of your organizations' },
    },
    examples: ['audit export --from 2026-01-01 --to 2026-01-31 --format csv > january.csv'],
  });
  const period = readPeriod(flags.from, flags.to);
  const format = AUDIT_FORMATS.find((candidate) => candidate === flags.format);
  if (format === undefined) {
    throw new UserError('netup-tui audit export: --format is needed: jsonl or csv.', { exitCode: 2 });
  }
  const context = openContext(shell.env);
  try {
    const organizations = await auditOrganizations(context, flags.organization);
    for (const [index, { organizationId, slug }] of organizations.entries()) {
      const { header, row } = auditFormat(format, slug);
      if (index === 0 && header !== null) await write(shell.stdout, [header]);
      for await (const rows of exportAudit(context.database.organization(organizationId), period)) {
        await write(shell.stdout, rows.map(row));
      }
    }
    return 0;
  } finally {
    await context.close();
  }
};

/** Waits until the reader has taken the most of it, so that a slow reader costs no memory. A closed pipe ends the program (main.ts). */
async function write(stream: NodeJS.WritableStream, lines: readonly string[]): Promise<void> {
  if (stream.write(`${lines.join('\n')}\n`)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.once('drain', resolve);
  await promise;
}
