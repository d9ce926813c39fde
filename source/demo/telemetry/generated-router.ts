import type { Platform } from '../../model/platform.ts';

/** A router that telemetry is made up for. */
export interface GeneratedRouter {
  readonly organizationId: string;
  readonly id: string;
  readonly hostname: string;
  readonly platform: Platform;
  /** Null becomes the tag `unknown`. */
  readonly vendor: string | null;
  readonly site: string | null;
  /** IANA name; the daily pattern follows it. */
  readonly timeZone: string;
}

/** What is wrong with a router. */
export type Ailment = 'none' | 'hot' | 'starved' | 'failing' | 'silent';
