import type { PollTarget } from './poller.ts';

/** One string for one router of one organization. */
export function targetKey({ organizationId, routerId }: Pick<PollTarget, 'organizationId' | 'routerId'>): string {
  return `${organizationId}/${routerId}`;
}
