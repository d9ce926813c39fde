import type { Platform } from '../../model/platform.ts';

/** A line of models that run the same images. */
export interface ProductLine {
  readonly vendor: string;
  readonly platform: Platform;
  readonly models: readonly [string, ...string[]];
  /** What the fleet runs today, oldest first. */
  readonly running: readonly [string, ...string[]];
  /** The golden image's version. */
  readonly golden: string;
  readonly goldenFile: string;
  readonly goldenBytes: number;
  readonly minimum: string;
  /** An older image that is still in the repository. */
  readonly older: { readonly version: string; readonly file: string; readonly bytes: number };
  /** Roles that it plays in a network, as they appear in host names. */
  readonly roles: readonly [string, ...string[]];
}

/** Product lines as a mixed network has them. Versions and file names follow the vendors' schemes. */
export const productLines: readonly [ProductLine, ...ProductLine[]] = [
  {
    vendor: 'Cisco',
    platform: 'ios-xe',
    models: ['ASR1002-HX', 'ASR1006-X'],
    running: ['17.06.05', '17.09.04a', '17.09.05a', '17.12.03'],
    golden: '17.12.03',
    goldenFile: 'asr1000-universalk9.17.12.03.SPA.bin',
    goldenBytes: 905_283_584,
    minimum: '17.03.01a',
    older: { version: '17.09.05a', file: 'asr1000-universalk9.17.09.05a.SPA.bin', bytes: 859_201_113 },
    roles: ['core', 'agg'],
  },
  {
    vendor: 'Cisco',
    platform: 'ios-xe',
    models: ['C8300-2N2S-4T2X', 'C8500-12X', 'C8200-1N-4T'],
    running: ['17.06.06a', '17.09.04a', '17.12.02', '17.12.03'],
    golden: '17.12.03',
    goldenFile: 'c8000be-universalk9.17.12.03.SPA.bin',
    goldenBytes: 841_562_112,
    minimum: '17.04.01a',
    older: { version: '17.09.05a', file: 'c8000be-universalk9.17.09.05a.SPA.bin', bytes: 793_108_480 },
    roles: ['edge', 'cpe'],
  },
  {
    vendor: 'Juniper',
    platform: 'junos',
    models: ['MX204', 'MX480', 'MX10003'],
    running: ['20.4R3-S9', '21.4R3-S5', '22.2R3-S3', '22.4R3-S2'],
    golden: '22.4R3-S2',
    goldenFile: 'junos-vmhost-install-mx-x86-64-22.4R3-S2.tgz',
    goldenBytes: 2_611_339_264,
    minimum: '19.4R3',
    older: { version: '21.4R3-S5', file: 'junos-vmhost-install-mx-x86-64-21.4R3-S5.tgz', bytes: 2_402_910_208 },
    roles: ['core', 'edge'],
  },
  {
    vendor: 'Arista',
    platform: 'eos',
    models: ['7280SR3-48YC8', '7050SX3-48YC12', '7500R3-36CQ'],
    running: ['4.28.10M', '4.29.5M', '4.30.1F', '4.31.2F'],
    golden: '4.31.2F',
    goldenFile: 'EOS64-4.31.2F.swi',
    goldenBytes: 1_187_342_336,
    minimum: '4.26.0F',
    older: { version: '4.30.1F', file: 'EOS64-4.30.1F.swi', bytes: 1_120_403_456 },
    roles: ['leaf', 'spine'],
  },
];

export interface DemoSite {
  readonly name: string;
  readonly city: string;
  readonly timeZone: string;
}

export interface DemoOrganization {
  readonly slug: string;
  readonly name: string;
  /** Share of the fleet. */
  readonly weight: number;
  readonly sites: readonly [DemoSite, ...DemoSite[]];
}

const site = (name: string, city: string, timeZone: string): DemoSite => ({ name, city, timeZone });

export const demoOrganizations: readonly [DemoOrganization, ...DemoOrganization[]] = [
  {
    slug: 'acme-backbone',
    name: 'Acme Backbone',
    weight: 0.6,
    sites: [
      site('ams', 'Amsterdam', 'Europe/Amsterdam'),
      site('fra', 'Frankfurt', 'Europe/Berlin'),
      site('lon', 'London', 'Europe/London'),
      site('par', 'Paris', 'Europe/Paris'),
      site('mad', 'Madrid', 'Europe/Madrid'),
      site('mil', 'Milan', 'Europe/Rome'),
      site('sto', 'Stockholm', 'Europe/Stockholm'),
      site('waw', 'Warsaw', 'Europe/Warsaw'),
    ],
  },
  {
    slug: 'globex-metro',
    name: 'Globex Metro',
    weight: 0.27,
    sites: [
      site('nyc', 'New York', 'America/New_York'),
      site('chi', 'Chicago', 'America/Chicago'),
      site('den', 'Denver', 'America/Denver'),
      site('sea', 'Seattle', 'America/Los_Angeles'),
      site('mia', 'Miami', 'America/New_York'),
    ],
  },
  {
    slug: 'initech-edge',
    name: 'Initech Edge',
    weight: 0.13,
    sites: [
      site('sin', 'Singapore', 'Asia/Singapore'),
      site('syd', 'Sydney', 'Australia/Sydney'),
      site('tyo', 'Tokyo', 'Asia/Tokyo'),
      site('bom', 'Mumbai', 'Asia/Kolkata'),
    ],
  },
];
