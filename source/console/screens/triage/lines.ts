import { TROUBLES, type Trouble } from '../../../model/trouble.ts';
import type { UpgradePulse } from '../../../postgres/pulse.ts';
import type { FleetRow } from '../../loaders/fleet.ts';
import type { Pulse, SitePulse } from './pulse.ts';

/** A line of the screen, and where it leads. */
export type PulseLine =
  | { readonly kind: 'trouble'; readonly trouble: Trouble; readonly count: number }
  | { readonly kind: 'router'; readonly trouble: Trouble; readonly row: FleetRow }
  | { readonly kind: 'upgrades'; readonly upgrades: UpgradePulse; readonly about: UpgradesAbout }
  | { readonly kind: 'site'; readonly site: SitePulse };

export type UpgradesAbout = 'trouble' | 'running' | 'waiting';

const NOTHING: readonly PulseLine[] = [];
const UPGRADES: readonly UpgradesAbout[] = ['trouble', 'running', 'waiting'];

/** Lines that stand for themselves: four troubles, three on upgrades, and some sites. */
const FIXED_LINES = 12;
const MOST_ROUTERS = 12;

/** Every key and every frame asks for the lines of the same figures. */
const known = new WeakMap<Pulse, { readonly for: readonly unknown[]; readonly lines: readonly PulseLine[] }>();

/** What is seen in so many lines: each trouble with its worst routers, as many as there is room for, then upgrades, then sites. */
export function pulseLines(pulse: Pulse | null, upgrades: UpgradePulse | null, height: number): readonly PulseLine[] {
  if (pulse === null) return NOTHING;
  const before = known.get(pulse);
  if (before?.for[0] === upgrades && before.for[1] === height) return before.lines;
  const lines = linesOf(pulse, upgrades, height);
  known.set(pulse, { for: [upgrades, height], lines });
  return lines;
}

function linesOf(pulse: Pulse, upgrades: UpgradePulse | null, height: number): readonly PulseLine[] {
  const routers = Math.max(1, Math.min(MOST_ROUTERS, Math.floor((height - FIXED_LINES) / TROUBLES.length)));
  return [
    ...TROUBLES.flatMap((trouble): readonly PulseLine[] => {
      const { count, worst } = pulse.troubles[trouble];
      return [
        { kind: 'trouble', trouble, count },
        ...worst.slice(0, routers).map((row) => ({ kind: 'router', trouble, row }) as const),
      ];
    }),
    ...(upgrades === null ? [] : UPGRADES.map((about) => ({ kind: 'upgrades', upgrades, about }) as const)),
    ...pulse.sites.map((site) => ({ kind: 'site', site }) as const),
  ];
}

/** The same for the same thing, whatever its figures are. */
export function keyOf(line: PulseLine): string {
  if (line.kind === 'trouble') return `trouble ${line.trouble}`;
  if (line.kind === 'router') return `${line.trouble} ${line.row.router.id}`;
  return line.kind === 'site' ? `site ${line.site.site}` : `upgrades ${line.about}`;
}
