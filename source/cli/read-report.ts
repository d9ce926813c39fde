import type { UpgradeDetail } from '../model/upgrade.ts';
import { type PlanReport, planReport } from '../model/plan-report.ts';
import { type UpgradeReport, upgradeReport } from '../model/upgrade-report.ts';
import { listAudit } from '../postgres/audit.ts';
import { listUpgradeChecks } from '../postgres/upgrade-checks.ts';
import { listKeptConfigurations, readStepEvidence } from '../postgres/upgrade-evidence.ts';
import { planOfUpgrade } from '../postgres/upgrade-plans.ts';
import { getUpgrade, listUpgrades } from '../postgres/upgrades.ts';
import type { FoundUpgrade } from './find-upgrade.ts';

/** An upgrade has a few dozen rows; one that was retried for weeks has some hundreds. */
const MOST_AUDIT_ROWS = 10_000;

type Found = Pick<FoundUpgrade, 'scope' | 'membership' | 'upgrade'>;

/** The report of an upgrade that was found. */
export async function readUpgradeReport({ scope, membership, upgrade }: Found, madeAt: Date): Promise<UpgradeReport> {
  const [checks, evidence, configurations, audit] = await Promise.all([
    listUpgradeChecks(scope, upgrade.id),
    readStepEvidence(scope, upgrade.id),
    listKeptConfigurations(scope, upgrade.id),
    listAudit(scope, { upgradeId: upgrade.id, limit: MOST_AUDIT_ROWS }),
  ]);
  const organization = membership.slug;
  const material = { organization, upgrade, checks, evidence, configurations, audit: audit.toReversed() };
  return upgradeReport(material, madeAt);
}

/** The report of everything that was requested together with an upgrade that was found. */
export async function readPlanReport(found: Found, madeAt: Date): Promise<PlanReport> {
  const { scope, membership, upgrade } = found;
  const { batchId, requestedAt } = upgrade;
  const plan = await planOfUpgrade(scope, upgrade.id);
  const audit = await listAudit(scope, { planId: batchId, since: requestedAt, limit: MOST_AUDIT_ROWS });
  const upgrades: (UpgradeReport & { readonly wave: number })[] = [];
  // One after the other: a thousand at once would take the process's whole pool.
  for (const { id, plan: place } of (await listUpgrades(scope, { batchId })).toReversed()) {
    const detail: UpgradeDetail | null = await getUpgrade(scope, id);
    if (detail === null) continue;
    upgrades.push({ wave: place?.wave ?? 1, ...(await readUpgradeReport({ ...found, upgrade: detail }, madeAt)) });
  }
  return planReport({ organization: membership.slug, plan, audit: audit.toReversed(), upgrades }, madeAt);
}
