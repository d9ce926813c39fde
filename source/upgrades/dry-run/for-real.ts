import type { ScheduleChoice } from '../../model/schedule.ts';
import { cleanLine } from '../../model/text.ts';
import { compareVersions } from '../../model/version.ts';
import type { WaveSize } from '../../model/waves.ts';
import type { OrganizationScope } from '../../postgres/database.ts';
import { type DryRun, readDryRuns } from '../../postgres/dry-runs.ts';
import { planOfUpgrade } from '../../postgres/upgrade-plans.ts';
import { UpgradeRefused } from '../errors.ts';
import type { UpgradeRequest } from '../request.ts';

/** What a dry-run was about, to be requested for real. */
export interface ForReal {
  /** Those whose dry-run went well, in the order of their waves. */
  readonly upgrades: readonly DryRun[];
  readonly schedule: ScheduleChoice;
  /** Of the site of the first of them by name. */
  readonly timeZone: string;
  readonly changeReference: string | null;
  /** Null: all at once. */
  readonly plan: NonNullable<UpgradeRequest['plan']> | null;
  /** True if the dry-run of one of them was asked for to go back to an older version. */
  readonly downgrade: boolean;
  /** Host names of those that were asked for together with them, and whose dry-run did not go well, or is not over. */
  readonly leftOut: readonly string[];
}

/**
 * What to request for real after a dry-run: the same routers, images, time and waves, of all that were asked for together and went well. Throws
 * `UpgradeRefused` if it is no dry-run, or none that went well.
 */
export async function findForReal(scope: OrganizationScope, upgradeId: string): Promise<ForReal> {
  const [all, plan] = await Promise.all([readDryRuns(scope, upgradeId), planOfUpgrade(scope, upgradeId)]);
  const asked = all.find(({ id }) => id === upgradeId);
  if (asked === undefined) {
    throw new UpgradeRefused('not_found', `There is no dry-run ${cleanLine(upgradeId).slice(0, 40)}.`);
  }
  if (asked.status !== 'success') {
    const status = asked.status.replace('_', ' ');
    throw new UpgradeRefused(
      'conflict',
      `Dry-run ${asked.id} of ${cleanLine(asked.hostname)} is ${status}: only one that went well is requested for real.`,
    );
  }
  const upgrades = all.filter(({ status }) => status === 'success');
  return {
    upgrades,
    schedule: asked.schedule,
    timeZone: upgrades.toSorted((a, b) => (a.hostname < b.hostname ? -1 : 1))[0]?.timeZone ?? asked.timeZone,
    changeReference: asked.changeReference,
    plan:
      plan === null
        ? null
        : {
            waves: wavesOf(upgrades),
            pauseMinutes: plan.pauseMinutes,
            successRate: plan.successRate,
            stopAfter: plan.stopAfter,
            approveWaves: plan.approveWaves,
          },
    downgrade: upgrades.some((one) => compareVersions(one.platform, one.toVersion, one.fromVersion) === -1),
    leftOut: all.filter(({ status }) => status !== 'success').map(({ hostname }) => hostname),
  };
}

/** The waves as they were, by their sizes; without those of which nothing is left. */
function wavesOf(upgrades: readonly DryRun[]): readonly WaveSize[] {
  const sizes = new Map<number, number>();
  for (const { wave } of upgrades) sizes.set(wave, (sizes.get(wave) ?? 0) + 1);
  return [...sizes.values()].map((count) => ({ kind: 'count', count }));
}
