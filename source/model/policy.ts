import type { WeeklyWindow } from './schedule.ts';

/** A rule for upgrades. Null in vendor, model or site matches any; null in organization is a rule for all of them. */
export interface Policy {
  readonly id: string;
  readonly name: string;
  readonly shared: boolean;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly site: string | null;
  readonly priority: number;
  /** 8 organization + 4 model + 2 vendor + 1 site: more specific wins among equal priorities. */
  readonly specificity: number;
  readonly maxCpuPercent: number;
  readonly minFreeMemPercent: number;
  readonly maxCriticalErrors: number;
  readonly maxDataAgeSeconds: number;
  readonly window: WeeklyWindow | null;
  readonly isActive: boolean;
  /** Upgrades may be approved without a person, where the organization lets the agent do so. */
  readonly autoApprove: boolean;
  readonly version: number;
}

/** A policy in the list, with the number of routers that it applies to. */
export interface PolicyWithCount extends Policy {
  readonly routers: number;
}

/** A policy that could apply to a router, and why it does or does not. */
export interface PolicyCandidate {
  readonly policy: Policy;
  readonly outcome: 'override' | 'wins' | 'outranked' | 'mismatch' | 'inactive';
  /** One sentence: `wins: model=ASR1002-HX, vendor=any, site=any; rank 1 of 3`. */
  readonly reason: string;
}
