import { TROUBLES, type Trouble } from '../../../model/trouble.ts';
import type { FleetRow } from '../../loaders/fleet.ts';

/** How many routers have a trouble, and the worst of them, worst first. */
export interface TroubleCount {
  readonly count: number;
  readonly worst: readonly FleetRow[];
}

export interface SitePulse {
  readonly site: string;
  readonly troubled: number;
  readonly routers: number;
}

/** What is wrong in the whole fleet. */
export interface Pulse {
  readonly routers: number;
  readonly troubles: Readonly<Record<Trouble, TroubleCount>>;
  /** Sites with a router in trouble, those with the most of them first. */
  readonly sites: readonly SitePulse[];
}

/** What was wrong in the two hours before the last two. */
export interface EarlierPulse {
  readonly troubles: Readonly<Record<Trouble, ReadonlySet<string>>>;
  readonly sites: ReadonlyMap<string, number>;
}

/** Routers that are kept of each trouble: as many as the tallest screen has room for. */
const WORST_KEPT = 12;

/** How bad it is: the higher, the worse. */
const DEGREE: Readonly<Record<Trouble, (row: FleetRow) => number>> = {
  cpu: ({ health }) => health?.cpuMean ?? 0,
  memory: ({ health }) => -(health?.memoryMinFree ?? 100),
  errors: ({ health }) => health?.criticalErrors ?? 0,
  silent: ({ health }) => -(health?.newestAt ?? 0),
};

/** Sums a fleet up, a row at a time, so that the work can be cut into pieces. */
export class PulseCount {
  #routers = 0;
  readonly #counts: Record<Trouble, number> = { cpu: 0, memory: 0, errors: 0, silent: 0 };
  readonly #worst: Record<Trouble, FleetRow[]> = { cpu: [], memory: [], errors: [], silent: [] };
  readonly #sites = new Map<string, { troubled: number; routers: number }>();

  add(row: FleetRow): void {
    this.#routers += 1;
    const { troubles = [] } = row;
    const site = this.#siteOf(row.router.site);
    if (site !== null) site.routers += 1;
    if (troubles.length === 0) return;
    if (site !== null) site.troubled += 1;
    for (const trouble of troubles) {
      this.#counts[trouble] += 1;
      keepWorst(this.#worst[trouble], row, trouble);
    }
  }

  result(): Pulse {
    const of = (trouble: Trouble): TroubleCount => ({ count: this.#counts[trouble], worst: [...this.#worst[trouble]] });
    const sites = [...this.#sites]
      .filter(([, { troubled }]) => troubled > 0)
      .map(([site, counts]) => ({ site, ...counts }))
      .toSorted((a, b) => b.troubled - a.troubled || b.troubled / b.routers - a.troubled / a.routers || order(a, b));
    return {
      routers: this.#routers,
      troubles: { cpu: of('cpu'), memory: of('memory'), errors: of('errors'), silent: of('silent') },
      sites,
    };
  }

  #siteOf(name: string | null): { troubled: number; routers: number } | null {
    if (name === null) return null;
    const known = this.#sites.get(name);
    if (known !== undefined) return known;
    const site = { troubled: 0, routers: 0 };
    this.#sites.set(name, site);
    return site;
  }
}

/** Puts a row among the worst if it belongs there; equal ones keep to the order of their names. */
function keepWorst(worst: FleetRow[], row: FleetRow, trouble: Trouble): void {
  const degree = DEGREE[trouble];
  const last = worst.at(-1);
  if (worst.length === WORST_KEPT && last !== undefined && !isWorse(row, last, degree)) return;
  const at = worst.findIndex((other) => isWorse(row, other, degree));
  worst.splice(at < 0 ? worst.length : at, 0, row);
  if (worst.length > WORST_KEPT) worst.pop();
}

function isWorse(left: FleetRow, right: FleetRow, degree: (row: FleetRow) => number): boolean {
  const difference = degree(left) - degree(right);
  return difference > 0 || (difference === 0 && left.router.hostname < right.router.hostname);
}

function order(left: SitePulse, right: SitePulse): number {
  return left.site < right.site ? -1 : 1;
}

/** The earlier counts from the troubles that each router had then: [id, site, troubles]. */
export function earlierPulse(
  rows: Iterable<readonly [id: string, site: string | null, troubles: readonly Trouble[]]>,
): EarlierPulse {
  const troubles: Record<Trouble, Set<string>> = {
    cpu: new Set(),
    memory: new Set(),
    errors: new Set(),
    silent: new Set(),
  };
  const sites = new Map<string, number>();
  for (const [id, site, found] of rows) {
    for (const trouble of TROUBLES) if (found.includes(trouble)) troubles[trouble].add(id);
    if (site !== null && found.length > 0) sites.set(site, (sites.get(site) ?? 0) + 1);
  }
  return { troubles, sites };
}
