import type { PointTags } from '../model/telemetry.ts';
import type { PollTarget } from './poller.ts';

/** The tags of every point of a router. */
export function pointTags({ organizationId, routerId, vendor, site }: PollTarget): PointTags {
  return { router_id: routerId, organization: organizationId, vendor: vendor ?? 'unknown', site: site ?? 'unknown' };
}
