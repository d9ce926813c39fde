import type { AdvisorSettings } from '../../config/advisor-settings.ts';
import type { OrganizationScope } from '../../postgres/database.ts';
import { countAdvised } from '../../postgres/decisions.ts';
import type { Advisor } from './advisor.ts';

const HOUR_MS = 3_600_000;

/** The advisor that the settings name, for one organization; null: none. What was asked in the last hour counts, whoever asked. */
export async function openAdvisor(
  settings: AdvisorSettings | null,
  scope: OrganizationScope,
  now: Date,
): Promise<Advisor | null> {
  if (settings === null) return null;
  const usedThisHour = await countAdvised(scope, new Date(now.getTime() - HOUR_MS));
  // The clients of models are large, and most people have none.
  const { modelAdvisor } = await import('./model-advisor.ts');
  return modelAdvisor(settings, { usedThisHour });
}
