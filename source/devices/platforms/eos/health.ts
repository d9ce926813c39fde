import type { DeviceLink } from '../../device-link.ts';
import type { DeviceHealth } from '../../operations.ts';

export async function readEosHealth(link: DeviceLink): Promise<DeviceHealth> {
  const interfaces = await link.ask('show interfaces status');
  const neighbours = await link.askIfKnown('show ip bgp summary');
  const routes = await link.askIfKnown('show ip route summary');
  return {
    interfacesUp: parseInterfacesUp(interfaces),
    bgpEstablished: parseBgpEstablished(neighbours),
    routes: parseRoutes(routes),
  };
}

/** A description stands between name and status, and may have the same words: the last one counts. */
export function parseInterfacesUp(showInterfacesStatus: string): readonly string[] {
  const rows = showInterfacesStatus.matchAll(
    /^(\S+)\s(?:.*\s)?(connected|notconnect|disabled|errdisabled|inactive|monitoring)\s/gmu,
  );
  return [...rows].flatMap(([, name, status]) => (name !== undefined && status === 'connected' ? [name] : []));
}

/** A description may stand before the address. */
export function parseBgpEstablished(showIpBgpSummary: string | null): readonly string[] {
  const rows = (showIpBgpSummary ?? '').matchAll(
    /^ *(?:.* )?(\d{1,3}(?:\.\d{1,3}){3}|[\da-fA-F]*:[\da-fA-F:.]+) +4 +[\d.]+ .* Estab\b/gmu,
  );
  return [...rows].flatMap(([, address]) => address ?? []);
}

export function parseRoutes(showIpRouteSummary: string | null): number | null {
  const match = /^\s*Total Routes\s+(\d+)/mu.exec(showIpRouteSummary ?? '');
  return match === null ? null : Number(match[1]);
}
