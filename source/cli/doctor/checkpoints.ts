import { existsSync } from 'node:fs';
import { workerAuditFiles } from '../../config/audit-files.ts';
import { readAuditKey } from '../../config/audit-key.ts';
import { plural } from '../../console/format/numbers.ts';
import { longUnsignedRows } from '../../postgres/process-state.ts';
import type { ProcessRole } from '../../postgres/safe-role.ts';
import type { Context } from '../context.ts';
import { fail, type Finding, reason, warn } from './finding.ts';
import { organizationsOf } from './organizations.ts';

const CHECK = 'audit key';

/** Whether the audit trail is signed, and for a worker whether it could: its key. Nothing where all is well. */
export async function checkCheckpoints(context: Context, role: ProcessRole): Promise<readonly Finding[]> {
  const findings: Finding[] = role === 'netup_worker' ? [...checkKey(context)] : [];
  try {
    for (const { id, slug } of await organizationsOf(context, role)) {
      const rows = await longUnsignedRows(context.database.organization(id));
      if (rows === 0) continue;
      const found = `${slug}: ${plural(rows, 'row')} of the audit trail are not signed, some for more than half an hour.`;
      const advice =
        'No worker runs, or it refuses to sign: its log says why, and `netup-tui audit verify` whether rows were changed.';
      findings.push(warn(CHECK, found, advice));
    }
  } catch (error) {
    findings.push(fail(CHECK, reason(error), 'The other findings say why.'));
  }
  return findings;
}

function checkKey({ settings, paths }: Pick<Context, 'settings' | 'paths'>): readonly Finding[] {
  const { keyFile } = workerAuditFiles(settings.audit, paths);
  try {
    readAuditKey(keyFile);
    return [];
  } catch (error) {
    const advice = existsSync(keyFile)
      ? 'Put it right or back from your backup; a worker does not start without it.'
      : 'Run `netup-tui audit key create` once, as the account of the worker.';
    return [fail(CHECK, reason(error), advice)];
  }
}
