import type { Platform } from '../../model/platform.ts';

/** One subscription of `inputs.gnmi`, by the name that gnmi-points.star knows it by. */
export interface GnmiSubscription {
  readonly name: string;
  readonly path: string;
}

export interface GnmiReading {
  /** The port the vendor's documents have, with TLS. */
  readonly port: number;
  readonly encoding: 'json_ietf' | 'proto';
  /** The origin of all its paths. */
  readonly origin: string;
  readonly subscriptions: readonly GnmiSubscription[];
}

const INTERFACES = { name: 'gnmi_netup_interface', path: '/interfaces/interface/state' };
const SYSTEM_STATE = { name: 'gnmi_netup_system', path: '/system/state/boot-time' };

/**
 * What is asked of a router, by platform. Sources: the YANG models that Cisco (IOS XE 17.9), Juniper (Junos 24.4) and Arista (EOS 4.32 to 4.36)
 * publish, with their deviations; Juniper's own rules for the names of a Routing Engine's properties.
 */
export const GNMI_READINGS: Readonly<Record<Platform, GnmiReading>> = {
  'ios-xe': {
    port: 9339,
    encoding: 'json_ietf',
    origin: 'rfc7951',
    subscriptions: [
      // The leaf alone: beside it is a list of all processes.
      { name: 'gnmi_netup_cpu', path: '/Cisco-IOS-XE-process-cpu-oper:cpu-usage/cpu-utilization/five-minutes' },
      { name: 'gnmi_netup_pool', path: '/Cisco-IOS-XE-memory-oper:memory-statistics/memory-statistic' },
      {
        name: 'gnmi_netup_system',
        path: '/Cisco-IOS-XE-device-hardware-oper:device-hardware-data/device-hardware/device-system-data',
      },
      { ...INTERFACES, path: '/openconfig-interfaces:interfaces/interface/state' },
    ],
  },
  junos: {
    port: 32_767,
    encoding: 'proto',
    origin: 'openconfig',
    subscriptions: [{ name: 'gnmi_netup_component', path: '/components' }, SYSTEM_STATE, INTERFACES],
  },
  eos: {
    port: 6030,
    encoding: 'proto',
    origin: 'openconfig',
    subscriptions: [
      { name: 'gnmi_netup_idle', path: '/system/cpus/cpu[index=ALL]/state/idle/instant' },
      { name: 'gnmi_netup_memory', path: '/system/memory/state' },
      SYSTEM_STATE,
      INTERFACES,
      { ...INTERFACES, path: '/interfaces/interface/ethernet/state/port-speed' },
    ],
  },
};
