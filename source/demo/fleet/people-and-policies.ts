import type { FleetFile } from '../../model/fleet-file.ts';

/** The demo's operators: every role is there, and two people in one organization can request and approve. */
export function demoOperators(organizations: readonly string[]): FleetFile['operators'] {
  const inAll = (name: string, displayName: string, role: 'approver' | 'operator' | 'viewer' | 'admin') => ({
    name,
    displayName,
    memberships: organizations.map((organization) => ({ organization, role })),
  });
  const [first, ...others] = organizations;
  const ana: FleetFile['operators'][number] = {
    name: 'ana',
    displayName: 'Ana Silva',
    memberships: [
      ...(first === undefined ? [] : [{ organization: first, role: 'approver' as const }]),
      // In the second organization she may only request, so that switching shows how a role changes what the keys do.
      ...others.slice(0, 1).map((organization) => ({ organization, role: 'operator' as const })),
    ],
  };
  return [
    ana,
    inAll('ben', 'Ben Okafor', 'operator'),
    inAll('cy', 'Cy Tanaka', 'viewer'),
    inAll('dee', 'Dee Novak', 'approver'),
    inAll('ada', 'Ada Berg', 'admin'),
  ];
}

/** Rules from general to particular, so that wildcards, ranks and ties have something to show. */
export function demoPolicies(
  organizations: readonly { slug: string; firstSite: string; timeZone: string }[],
): FleetFile['policies'] {
  const own = organizations.flatMap(({ slug, firstSite, timeZone }): FleetFile['policies'] => {
    const window = { weekday: 6, start: '01:00', minutes: 240, timeZone };
    const base = { organization: slug, priority: 0, window };
    return [
      { ...base, name: 'house rules', vendor: null, model: null, site: null, ...limits(75, 15, 2) },
      { ...base, name: 'core, Cisco, careful', vendor: 'Cisco', model: 'ASR1002-HX', site: null, ...limits(80, 20, 0) },
      {
        ...base,
        name: `${firstSite}: hub site`,
        vendor: 'Juniper',
        model: null,
        site: firstSite,
        ...limits(65, 20, 0),
      },
    ];
  });
  return [
    shared('any router', null, limits(70, 20, 0)),
    shared('Cisco', 'Cisco', limits(75, 20, 1)),
    shared('Juniper', 'Juniper', limits(75, 15, 1)),
    shared('Arista', 'Arista', limits(80, 10, 2)),
    ...own,
  ];
}

type Limits = Pick<
  FleetFile['policies'][number],
  'maxCpuPercent' | 'minFreeMemPercent' | 'maxCriticalErrors' | 'maxDataAgeSeconds' | 'autoApprove'
>;

function shared(name: string, vendor: string | null, thresholds: Limits): FleetFile['policies'][number] {
  const window = { weekday: 7, start: '02:00', minutes: 180, timeZone: 'UTC' };
  return { organization: null, name, vendor, model: null, site: null, priority: 0, ...thresholds, window };
}

function limits(maxCpuPercent: number, minFreeMemPercent: number, maxCriticalErrors: number): Limits {
  return { maxCpuPercent, minFreeMemPercent, maxCriticalErrors, maxDataAgeSeconds: 300, autoApprove: false };
}
