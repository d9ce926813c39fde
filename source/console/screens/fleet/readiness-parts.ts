import type { Readiness } from '../../../model/readiness.ts';
import type { Router } from '../../../model/router.ts';
import type { UpgradeStatus } from '../../../model/upgrade.ts';
import type { Part } from '../../text/parts.ts';
import type { Tone } from '../../theme/tones.ts';

const LOOKS: Readonly<Record<Readiness['state'], readonly [glyph: string, tone: Tone]>> = {
  ready: ['✔', 'good'],
  blocked: ['✖', 'bad'],
  stale: ['◌', 'warn'],
  up_to_date: ['·', 'muted'],
  no_target: ['·', 'muted'],
  no_policy: ['?', 'warn'],
  upgrading: ['▶', 'info'],
  not_active: ['–', 'muted'],
};

/** An upgrade that is not over, in the room of the column. */
const UPGRADE_LOOKS: Readonly<Partial<Record<UpgradeStatus, readonly [text: string, tone: Tone]>>> = {
  draft: ['· draft', 'muted'],
  pending: ['◌ to approve', 'warn'],
  approved: ['✔ approved', 'info'],
  scheduled: ['◷ scheduled', 'info'],
  paused: ['‖ paused', 'warn'],
};

/** `✖ cpu`, `✔ ready`, `◌ stale`, `◌ to approve`: a glyph and a word. */
export function readinessParts(readiness: Readiness | null, upgrade: Router['openUpgrade'] = null): readonly Part[] {
  if (readiness === null) return [{ tone: 'muted', text: '…' }];
  const open = upgrade === null ? undefined : UPGRADE_LOOKS[upgrade.status];
  if (open !== undefined) return [{ tone: open[1], text: open[0] }];
  const [glyph, tone] = LOOKS[readiness.state];
  return [{ tone, text: `${glyph} ${readiness.reason}` }];
}

/** For sorting: what needs somebody first. */
export function readinessRank(readiness: Readiness | null): number | null {
  if (readiness === null) return null;
  const order: readonly Readiness['state'][] = [
    'blocked',
    'stale',
    'no_policy',
    'upgrading',
    'ready',
    'no_target',
    'up_to_date',
    'not_active',
  ];
  return order.indexOf(readiness.state);
}
