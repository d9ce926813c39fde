import type { Platform } from './platform.ts';
import type { UpgradeStatus } from './upgrade.ts';

export const ROUTER_STATUSES = ['active', 'maintenance', 'offline', 'retired'] as const;

export type RouterStatus = (typeof ROUTER_STATUSES)[number];

/** A router as the fleet table shows it. Site, vendor, model and policy are names, ready to print; null means not known. */
export interface Router {
  readonly id: string;
  readonly hostname: string;
  readonly site: string | null;
  /** IANA name of the site's zone; `UTC` without a site. */
  readonly timeZone: string;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly modelId: string | null;
  readonly platform: Platform | null;
  readonly runningVersion: string;
  /** Null if no target is set. */
  readonly targetVersion: string | null;
  readonly status: RouterStatus;
  readonly managementAddress: string;
  readonly managementPort: number;
  readonly serial: string | null;
  /** Milliseconds since the epoch; null if the router was never heard. */
  readonly lastSeenAt: number | null;
  /** The policy that applies (override first, else the best match); null if none matches. */
  readonly policyId: string | null;
  /** The newest upgrade that is not over. */
  readonly openUpgrade: { readonly id: string; readonly status: UpgradeStatus } | null;
}
