import type { StepStatus, Upgrade, UpgradeStatus } from '../../model/upgrade.ts';
import type { Part } from '../text/parts.ts';
import type { Tone } from '../theme/tones.ts';

const STATUS: Readonly<Record<UpgradeStatus, readonly [glyph: string, tone: Tone]>> = {
  draft: ['·', 'muted'],
  pending: ['◌', 'warn'],
  approved: ['✔', 'info'],
  scheduled: ['◷', 'info'],
  running: ['▶', 'accent'],
  paused: ['‖', 'warn'],
  success: ['✔', 'good'],
  failed: ['✖', 'bad'],
  rolled_back: ['↩', 'bad'],
  cancelled: ['–', 'muted'],
  rejected: ['✖', 'muted'],
};

const STEP: Readonly<Record<StepStatus, readonly [glyph: string, tone: Tone]>> = {
  pending: ['·', 'muted'],
  running: ['▶', 'accent'],
  success: ['✔', 'good'],
  failed: ['✖', 'bad'],
  skipped: ['–', 'muted'],
  rolled_back: ['↩', 'bad'],
};

/** What one that runs does when somebody asked for it. */
const WANTED: Readonly<Record<NonNullable<Upgrade['wanted']>, string>> = {
  pause: 'pausing',
  cancel: 'cancelling',
  rollback: 'rolling back',
};

/** `◌ waits for approval`, `✔ dry-run success`: a glyph and words, in a colour that repeats them. */
export function statusParts(status: UpgradeStatus, wanted: Upgrade['wanted'] = null, dryRun = false): readonly Part[] {
  const [glyph, tone] = STATUS[status];
  const words = status === 'running' && wanted !== null ? WANTED[wanted] : statusWords(status);
  return [{ tone, text: `${glyph} ${dryRun ? 'dry-run ' : ''}${words}` }];
}

export function stepParts(status: StepStatus): Part {
  const [glyph, tone] = STEP[status];
  return { tone, text: glyph };
}

export function statusWords(status: UpgradeStatus): string {
  return status === 'pending' ? 'waits for approval' : status.replace('_', ' ');
}
