import { createHash } from 'node:crypto';
import type { Platform } from '../model/platform.ts';

export interface SimulatedInterface {
  readonly name: string;
  /** Null for one without an address. */
  readonly address: string | null;
  readonly up: boolean;
}

export interface Neighbour {
  readonly address: string;
  readonly as: number;
  readonly established: boolean;
  readonly prefixes: number;
}

export interface Network {
  readonly routerId: string;
  readonly as: number;
  readonly interfaces: readonly SimulatedInterface[];
  readonly neighbours: readonly Neighbour[];
  readonly routes: { readonly connected: number; readonly static: number; readonly ospf: number; readonly bgp: number };
}

const PORTS: Readonly<Record<Platform, (index: number) => string>> = {
  'ios-xe': (index) => `GigabitEthernet0/0/${index}`,
  junos: (index) => `xe-0/0/${index}`,
  eos: (index) => `Ethernet${index + 1}`,
};

const LOOPBACKS: Readonly<Record<Platform, string>> = { 'ios-xe': 'Loopback0', junos: 'lo0', eos: 'Loopback0' };
const PORT_COUNT = 6;

/** What a device is connected to: made from its name, so the same each time. `degraded`: the first port and neighbour are down. */
export function networkOf(hostname: string, platform: Platform, degraded: boolean): Network {
  const bytes = createHash('sha256').update(hostname).digest();
  const at = (index: number): number => bytes[index] ?? 0;
  const routerId = `192.0.2.${1 + (at(0) % 254)}`;
  const links = 2 + (at(1) % 2);
  const interfaces = Array.from({ length: PORT_COUNT }, (_, index) => ({
    name: PORTS[platform](index),
    address: index < links ? `198.51.100.${((at(2) + index * 4) % 63) * 4 + 1}` : null,
    up: index < links + 1 && !(degraded && index === 0),
  }));
  const neighbours = Array.from({ length: links }, (_, index) => ({
    address: `198.51.100.${((at(2) + index * 4) % 63) * 4 + 2}`,
    as: 64_512 + at(3 + index),
    established: !(degraded && index === 0),
    prefixes: 400 + at(6 + index),
  }));
  const bgp = neighbours.reduce((sum, { established, prefixes }) => sum + (established ? prefixes : 0), 0);
  return {
    routerId,
    as: 64_512 + at(9),
    interfaces: [...interfaces, { name: LOOPBACKS[platform], address: routerId, up: true }],
    neighbours,
    routes: { connected: 2 * links + 1, static: 2, ospf: 20 + (at(10) % 40), bgp },
  };
}
