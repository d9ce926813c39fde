import { appendAudit } from '../../postgres/audit.ts';
import { endUpgrade, leasedTransaction, skipStepsWith } from '../../postgres/upgrade-run-writes.ts';
import type { UpgradeRun } from '../../model/upgrade-run.ts';
import { dryRunOutcome, wouldDo } from '../dry-run/would-do.ts';
import { entry, type Recorder } from './record.ts';

/** A dry-run has come to where the device would be changed: the steps from there on say what they would do, and it is over. */
export async function recordDryRunEnd(recorder: Recorder, run: UpgradeRun): Promise<void> {
  const left = run.steps.filter(({ status }) => status === 'pending');
  const details = left.map(({ name }) => ({ name, detail: wouldDo(run, name) }));
  const outcome = dryRunOutcome(run);
  await leasedTransaction(recorder.scope, recorder.lease, async (sql) => {
    await skipStepsWith(sql, run.id, details);
    await endUpgrade(sql, run.id, 'success', outcome);
    const after = { status: 'success', dryRun: true };
    await appendAudit(sql, [
      entry(recorder, { action: 'upgrade.success', routerId: run.router.id, after, reason: outcome }),
    ]);
  });
}
