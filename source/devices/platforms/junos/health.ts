import type { DeviceLink } from '../../device-link.ts';
import type { DeviceHealth } from '../../operations.ts';

/** Ports, aggregates, management and what runs over them. Junos lists many more of its own making, which differ from release to release. */
const REAL =
  /^(?:(?:fe|ge|mge|xe|et|so|at|t1|t3|e1|e3|gr)-\d+\/\d+\/\d+|ae\d|st0|reth\d|irb|vlan|lo0|fxp\d|em\d|me\d|vme)/u;

export async function readJunosHealth(link: DeviceLink): Promise<DeviceHealth> {
  const interfaces = await link.ask('show interfaces terse');
  const neighbours = await link.askIfKnown('show bgp summary');
  const routes = await link.askIfKnown('show route summary');
  return {
    interfacesUp: parseInterfacesUp(interfaces),
    bgpEstablished: parseBgpEstablished(neighbours),
    routes: parseRoutes(routes),
  };
}

export function parseInterfacesUp(showInterfacesTerse: string): readonly string[] {
  const names = [...showInterfacesTerse.matchAll(/^(\S+)\s+up\s+up\b/gmu)].flatMap(([, name]) => name ?? []);
  return names.filter((name) => REAL.test(name));
}

/** Neighbours that say `Establ`, or have counts of routes where the others have a state. */
export function parseBgpEstablished(showBgpSummary: string | null): readonly string[] {
  const rows = (showBgpSummary ?? '').matchAll(
    /^([\da-fA-F.:]{3,45})(?:\+\d+)?\s+\d[\d.]*\s.*\s(?:Establ|\d+(?:\/\d+){2,3}.*)\s*$/gmu,
  );
  return [...rows].flatMap(([, address]) => address ?? []);
}

/** Active routes of `inet.0`. */
export function parseRoutes(showRouteSummary: string | null): number | null {
  const match = /^inet\.0: \d+ destinations, \d+ routes \((\d+) active/mu.exec(showRouteSummary ?? '');
  return match === null ? null : Number(match[1]);
}
