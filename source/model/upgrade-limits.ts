/** How many upgrades may run at once; null is no limit. */
export interface UpgradeLimits {
  /** Of one organization at one site. Routers without a site are not counted by it. */
  readonly perSite: number | null;
  readonly perOrganization: number | null;
  /** Of all organizations together. */
  readonly overall: number | null;
}

/** What holds for an organization that set nothing; `claim_upgrades` has the same numbers. */
export const DEFAULT_LIMITS = { perSite: 1, perOrganization: 20 } as const;

/** The highest limit that can be set: more is no limit. */
export const HIGHEST_LIMIT = 100_000;
