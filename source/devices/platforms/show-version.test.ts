import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PLATFORMS } from '../../model/platform.ts';
import { DRIVERS } from '../drivers.ts';
import { parseVersionFacts } from '../parse-version-facts.ts';

const TRANSCRIPTS = new URL('../../../fixtures/transcripts/', import.meta.url);
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const YEAR = 365 * DAY;

type Expected = readonly [
  hostname: string | null,
  version: string,
  model: string,
  serial: string | null,
  uptimeSeconds: number | null,
  bootedFrom: string | null,
];

const EXPECTED: Readonly<Record<string, Expected>> = {
  'ios-xe/show-version-isr4431.txt': [
    'lis-edge-01',
    '17.03.04a',
    'ISR4431/K9',
    'FJC0000A0B1',
    YEAR + 5 * WEEK + 2 * HOUR + 41 * MINUTE,
    'bootflash:isr4400-universalk9.17.03.04a.SPA.bin',
  ],
  'ios-xe/show-version-asr1006-release-3.txt': [
    'mad-core-02',
    '03.16.08.S',
    'ASR1006',
    'FOX0000B1C2',
    6 * DAY + 23 * HOUR + 59 * MINUTE,
    'bootflash:/asr1000rp2-adventerprisek9.03.16.08.S.155-3.S8-ext.SPA.bin',
  ],
  'ios-xe/show-version-c9300-stack.txt': [
    'bru-acc-07',
    '17.09.05',
    'C9300-48UXM',
    'FOC0000C1D2',
    11 * WEEK + 4 * DAY + 8 * HOUR + MINUTE,
    'flash:packages.conf',
  ],
  'ios-xe/show-version-c3850-release-3.txt': [
    'ghent-sw4',
    '03.06.08E',
    'WS-C3850-24T',
    'FCW0000D1E2',
    2 * YEAR + 31 * WEEK + 6 * DAY + 9 * HOUR + 55 * MINUTE,
    'flash:packages.conf',
  ],
  'ios-xe/show-version-c8000v.txt': ['lab-c8k-1', '17.12.04', 'C8000V', '9XYZ0000AB1', 0, 'bootflash:packages.conf'],
  'ios-xe/show-version-special-build.txt': [
    'oslo-wan-3',
    '16.9.5',
    'ISR4221/K9',
    'FGL0000E1F2',
    22 * WEEK + 6 * DAY + 38 * MINUTE,
    'bootflash:packages.conf',
  ],
  'junos/show-version-mx204.txt': ['par-pe-02', '21.4R3-S5.4', 'mx204', null, null, null],
  'junos/show-version-qfx5120-virtual-chassis.txt': ['par-leaf-11', '22.2R3-S3.13', 'qfx5120-48y-8c', null, null, null],
  'junos/show-version-ex4550-release-13.txt': ['nice-acc-01', '13.2X51-D35.3', 'ex4550-32f', null, null, null],
  'junos/show-version-srx-release-12.txt': ['lyon-fw-a', '12.3X48-D75.4', 'srx550', null, null, null],
  'junos/show-version-nfx250-dated-packages.txt': ['cpe-0417', '21.1X3.3', 'nfx250_att_s1_10_t', null, null, null],
  'junos/show-version-ptx-evolved.txt': ['mrs-core-01', '22.4R2-S1.6-EVO', 'ptx10001-36mr', null, null, null],
  'eos/show-version-7280.txt': [
    null,
    '4.30.1F',
    'DCS-7280SR3-48YC8-F',
    'JPE00000001',
    134 * WEEK + 5 * DAY + 23 * HOUR + 44 * MINUTE,
    null,
  ],
  'eos/show-version-7050-release-4.20.txt': [
    null,
    '4.20.15M',
    'DCS-7050TX-64-R',
    'JPE00000002',
    3 * WEEK + 20 * HOUR + 45 * MINUTE,
    null,
  ],
  'eos/show-version-veos.txt': [null, '4.14.7M', 'vEOS', null, HOUR + 5 * MINUTE, null],
  'eos/show-version-ceos.txt': [
    null,
    '4.32.1F-37265360.4321F',
    'cEOSLab',
    '0123456789ABCDEF0123456789ABCDEF',
    16 * MINUTE,
    null,
  ],
};

describe('show version', () => {
  const answers = PLATFORMS.flatMap((platform) =>
    readdirSync(new URL(`${platform}/`, TRANSCRIPTS))
      .filter((file) => file.startsWith('show-version-'))
      .map((file) => ({ platform, name: `${platform}/${file}` })),
  );

  test.each(answers)('$name', ({ platform, name }) => {
    const [hostname, version, model, serial, uptimeSeconds, bootedFrom] = EXPECTED[name] ?? [];
    const facts = parseVersionFacts('r1', DRIVERS[platform], readFileSync(new URL(name, TRANSCRIPTS), 'utf8'));
    expect(facts).toStrictEqual({ hostname, version, model, serial, uptimeSeconds, bootedFrom });
  });

  test.each(PLATFORMS)('%s: an answer of another kind is refused with what is missing', (platform) => {
    expect(() => parseVersionFacts('r1', DRIVERS[platform], 'Interface  IP-Address  OK? Method Status\n')).toThrow(
      `r1 answered \`show version\` with no version in the form that ${platform} devices print.`,
    );
  });

  test('a version that is not one is refused, and a hostile name is cleaned', () => {
    const hostile = 'Hostname: a\u001b[31mb\u202ec\nModel: mx204\nJunos: 21.4R3;reboot\n';
    expect(() => parseVersionFacts('r1', DRIVERS.junos, hostile)).toThrow('with no version');
    const facts = parseVersionFacts('r1', DRIVERS.junos, hostile.replace(';reboot', ''));
    expect(facts.hostname).toBe('abc');
  });
});
