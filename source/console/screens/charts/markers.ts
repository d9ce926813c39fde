import { cleanLine } from '../../../model/text.ts';
import type { Upgrade, UpgradeStatus } from '../../../model/upgrade.ts';
import type { PlotMarker } from '../../components/plot/plot-rows.ts';
import type { GlyphSet } from '../../components/plot/glyph-sets.ts';
import type { Tone } from '../../theme/tones.ts';
import { statusWords } from '../../format/upgrade-status.ts';

/** An upgrade that began or ended in the time that is shown. */
export interface UpgradeMark {
  readonly upgrade: Upgrade;
  readonly marker: PlotMarker;
  /** `began, 21.4R3 → 22.4R3`, `success`, `rolled back`. */
  readonly words: string;
}

type Look = readonly [drawn: string, typed: string, tone: Tone];

const BEGAN: Look = ['▲', '^', 'info'];
const ENDED: Partial<Readonly<Record<UpgradeStatus, Look>>> = {
  success: ['✔', '+', 'good'],
  failed: ['✖', 'x', 'bad'],
  rolled_back: ['↩', '<', 'bad'],
  cancelled: ['–', '-', 'muted'],
};

/** What upgrades there were, oldest first. A dry-run changes nothing on a router, and is left out. */
export function upgradeMarks(
  upgrades: readonly Upgrade[],
  { start, end, set }: { readonly start: number; readonly end: number; readonly set: GlyphSet },
): readonly UpgradeMark[] {
  const mark = (upgrade: Upgrade, at: Date | null, look: Look | undefined, words: string): readonly UpgradeMark[] => {
    if (at === null || look === undefined || at.getTime() < start || at.getTime() > end) return [];
    const [drawn, typed, tone] = look;
    return [{ upgrade, words, marker: { at: at.getTime(), glyph: set === 'ascii' ? typed : drawn, tone } }];
  };
  return upgrades
    .filter(({ dryRun }) => !dryRun)
    .flatMap((upgrade) => [
      ...mark(
        upgrade,
        upgrade.startedAt,
        BEGAN,
        `began, ${cleanLine(upgrade.fromVersion)} → ${cleanLine(upgrade.toVersion)}`,
      ),
      ...mark(upgrade, upgrade.finishedAt, ENDED[upgrade.status], statusWords(upgrade.status)),
    ])
    .toSorted((one, other) => one.marker.at - other.marker.at);
}
