import type { Platform } from '../../model/platform.ts';
import type { Machine } from '../machine.ts';
import type { Vitals } from './vitals.ts';

export interface AgentInterface {
  readonly name: string;
  readonly up: boolean;
}

/** The router that an agent speaks for. */
export interface AgentSubject {
  readonly platform: Platform;
  readonly hostname: string;
  readonly model: string;
  readonly serial: string;
  readonly version: string;
  readonly interfaces: readonly AgentInterface[];
  readonly bootedAt: Date;
  /** By the router's own time. */
  now(): Date;
  /** While it is down it does not answer. */
  isDown(): boolean;
  /** Figures of its own; usual ones if left out. */
  readonly vitals?: Vitals;
}

/** A simulated device, as it stands: a reload is a reload for its agent too. */
export function machineSubject(machine: Machine, vitals?: Vitals): AgentSubject {
  const { hostname, platform, model, serial } = machine.device;
  return {
    platform,
    hostname,
    model,
    serial,
    get version() {
      return machine.software.running;
    },
    get interfaces() {
      return machine.network.interfaces;
    },
    get bootedAt() {
      return machine.bootedAt;
    },
    now: () => machine.now(),
    isDown: () => machine.goingDown,
    ...(vitals === undefined ? {} : { vitals }),
  };
}

export interface PlainSubject {
  readonly platform: Platform;
  readonly hostname: string;
  readonly interfaceCount: number;
  readonly bootedAt: Date;
  readonly now: () => Date;
}

const NAMES: Readonly<Record<Platform, (index: number) => string>> = {
  'ios-xe': (index) => `TenGigabitEthernet1/0/${index + 1}`,
  junos: (index) => `xe-0/0/${index}`,
  eos: (index) => `Ethernet${index + 1}`,
};
const MODELS: Readonly<Record<Platform, readonly [model: string, version: string]>> = {
  'ios-xe': ['C8300-2N2S-4T2X', '17.09.04a'],
  junos: ['MX204', '22.4R3-S2'],
  eos: ['7280SR3-48YC8', '4.31.2F'],
};

/** A router that has nothing but an agent: thousands of them are little work. */
export function plainSubject({ platform, hostname, interfaceCount, bootedAt, now }: PlainSubject): AgentSubject {
  const [model, version] = MODELS[platform];
  // The last port of each is down.
  const interfaces = Array.from({ length: interfaceCount }, (_, index) => {
    return { name: NAMES[platform](index), up: index < interfaceCount - 1 || interfaceCount === 1 };
  });
  const serial = `SIM${hostname.replaceAll(/\W/gu, '').toUpperCase()}`;
  return { platform, hostname, model, serial, version, interfaces, bootedAt, now, isDown: () => false };
}
