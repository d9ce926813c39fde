import type { DeviceLink } from '../../device-link.ts';
import type { DeviceHealth } from '../../operations.ts';

export async function readIosXeHealth(link: DeviceLink): Promise<DeviceHealth> {
  const interfaces = await link.ask('show ip interface brief');
  const neighbours = await link.askIfKnown('show ip bgp summary');
  const routes = await link.askIfKnown('show ip route summary');
  return {
    interfacesUp: parseInterfacesUp(interfaces),
    bgpEstablished: parseBgpEstablished(neighbours),
    routes: parseRoutes(routes),
  };
}

/** Interfaces whose status and protocol are up. */
export function parseInterfacesUp(showIpInterfaceBrief: string): readonly string[] {
  return [...showIpInterfaceBrief.matchAll(/^(\S+)\s+\S+\s+(?:YES|NO)\s+\S+\s+up\s+up\s*$/gmu)].flatMap(
    ([, name]) => name ?? [],
  );
}

/** Neighbours with a count of prefixes where the others have a state. None where BGP does not run. */
export function parseBgpEstablished(showIpBgpSummary: string | null): readonly string[] {
  const rows = (showIpBgpSummary ?? '').matchAll(/^\*?([\da-fA-F.:]{3,45})\s+4\s+[\d.]+\s.*\s\d+\s*$/gmu);
  return [...rows].flatMap(([, address]) => address ?? []);
}

/** Networks and subnets of the main routing table. */
export function parseRoutes(showIpRouteSummary: string | null): number | null {
  const match = /^Total\s+(\d+)\s+(\d+)/mu.exec(showIpRouteSummary ?? '');
  return match === null ? null : Number(match[1]) + Number(match[2]);
}
