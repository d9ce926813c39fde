import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PLATFORMS } from '../../model/platform.ts';
import { parseClockSynchronized } from '../answers/clock.ts';
import { directorySchema, parseDirectory } from '../answers/directory.ts';
import { parseVerifyDigest } from '../answers/verify-digest.ts';
import * as eosHealth from './eos/health.ts';
import { parseMlag } from './eos/members.ts';
import { parseBootImage, parseExactUptime } from './eos/state.ts';
import * as iosXeHealth from './ios-xe/health.ts';
import { installState, installSummarySchema, parseInstallSummary } from './ios-xe/install-summary.ts';
import { parseRedundancy, parseStack } from './ios-xe/members.ts';
import { parseBootVariable } from './ios-xe/state.ts';
import { clockUptime } from './ios-xe/uptime.ts';
import { parseChecksum, parseFolder } from './junos/files.ts';
import * as junosHealth from './junos/health.ts';
import { parseMemberVersions, parseRoutingEngines } from './junos/members.ts';
import { parseInstallState } from './junos/pending.ts';
import { parseFreeBytes } from './junos/storage.ts';
import { parseUptimeReading } from './junos/uptime.ts';

const TRANSCRIPTS = new URL('../../../fixtures/transcripts/', import.meta.url);
const PART = 'netup-42-7-1.part';
const WEEK = 7 * 86_400;

const read = (name: string): string => readFileSync(new URL(name, TRANSCRIPTS), 'utf8').trimEnd();
const directory = (answer: string): unknown => directorySchema.parse(parseDirectory(answer));
const install = (answer: string): unknown => installState(installSummarySchema.parse(parseInstallSummary(answer)));
const digest = (answer: string): unknown => parseVerifyDigest(answer, PART);

type Case = readonly [parse: (answer: string) => unknown, expected: unknown];

const EXPECTED: Readonly<Record<string, Case>> = {
  'ios-xe/show-boot-isr4431.txt': [parseBootVariable, 'bootflash:packages.conf'],
  'ios-xe/show-boot-c9300-changed.txt': [parseBootVariable, 'flash:packages.conf'],
  'ios-xe/show-boot-none.txt': [parseBootVariable, null],
  'ios-xe/show-redundancy-isr4431.txt': [parseRedundancy, []],
  'ios-xe/show-redundancy-asr1006.txt': [
    parseRedundancy,
    [
      { name: 'slot 7', role: 'active', ready: true, version: '17.9.4a' },
      { name: 'slot 6', role: 'standby', ready: false, version: '17.6.5' },
    ],
  ],
  'ios-xe/show-install-summary-committed.txt': [install, { kind: 'idle' }],
  'ios-xe/show-install-summary-stack-inactive.txt': [install, { kind: 'staged', version: '17.06.05.0.5797' }],
  'ios-xe/show-install-summary-copy-of-running.txt': [install, { kind: 'idle' }],
  'ios-xe/show-install-summary-uncommitted.txt': [
    install,
    { kind: 'uncommitted', version: '17.12.04.0.5512', abortSeconds: 6582 },
  ],
  'ios-xe/dir-flash-isr4431.txt': [
    directory,
    {
      totalBytes: 7_194_652_672,
      freeBytes: 4_294_967_296,
      files: [
        { name: 'isr4400-universalk9.17.03.04a.SPA.bin', bytes: 689_519_758 },
        { name: 'packages.conf', bytes: 7711 },
        { name: '.swtam', bytes: 30 },
      ],
    },
  ],
  'ios-xe/show-ip-interface-brief.txt': [
    iosXeHealth.parseInterfacesUp,
    ['GigabitEthernet0/0/0', 'Loopback0', 'Tunnel100'],
  ],
  'ios-xe/show-ip-bgp-summary.txt': [iosXeHealth.parseBgpEstablished, ['192.0.2.18', '198.51.100.70']],
  'ios-xe/show-ip-route-summary.txt': [iosXeHealth.parseRoutes, 481],
  'ios-xe/show-ntp-status-synchronized.txt': [parseClockSynchronized, true],
  'ios-xe/show-ntp-status-unsynchronized.txt': [parseClockSynchronized, false],
  'ios-xe/show-ntp-status-not-enabled.txt': [parseClockSynchronized, null],
  'ios-xe/verify-sha512.txt': [digest, '4f'.repeat(64)],
  'junos/show-system-uptime-mx204.txt': [
    parseUptimeReading,
    { seconds: 26 * WEEK + 3 * 86_400 + 17 * 3600 + 59 * 60 + 22, resolution: 1 },
  ],
  'junos/show-system-uptime-summer-time.txt': [
    parseUptimeReading,
    { seconds: 14 * WEEK + 5 * 3600 + 40 * 60, resolution: 60 },
  ],
  'junos/show-system-uptime-qfx5120-young.txt': [parseUptimeReading, { seconds: 516, resolution: 1 }],
  'junos/show-system-storage-mx204.txt': [parseFreeBytes, { freeBytes: 27_652_832 * 512 }],
  'junos/show-system-storage-ex-human.txt': [parseFreeBytes, { freeBytes: 1.5 * 1024 ** 3 }],
  'junos/show-chassis-routing-engine-dual.txt': [
    parseRoutingEngines,
    [
      { name: 'routing engine 0', role: 'master', ready: true, version: null },
      { name: 'routing engine 1', role: 'present', ready: false, version: null },
    ],
  ],
  'junos/show-chassis-hardware-mx204.txt': [(answer) => /^Chassis +(\S+)/mu.exec(answer)?.[1], 'AB0000000012'],
  'junos/show-system-software-list-idle.txt': [parseInstallState, { kind: 'idle' }],
  'junos/show-system-software-list-evolved.txt': [parseInstallState, { kind: 'staged', version: '22.4R2-S1.6-EVO' }],
  'junos/file-list-var-tmp.txt': [
    parseFolder,
    [
      { name: PART, bytes: '1395212800' },
      { name: 'core.thingd.12345.gz', bytes: '4321' },
    ],
  ],
  'junos/show-interfaces-terse.txt': [
    junosHealth.parseInterfacesUp,
    ['xe-0/0/0', 'xe-0/0/0.0', 'et-0/0/3:1', 'ae0', 'ae0.100', 'fxp0', 'fxp0.0', 'lo0', 'lo0.0'],
  ],
  'junos/show-bgp-summary.txt': [junosHealth.parseBgpEstablished, ['192.0.2.18', '198.51.100.70', '2001:db8::7']],
  'junos/show-bgp-summary-not-running.txt': [junosHealth.parseBgpEstablished, []],
  'junos/show-route-summary.txt': [junosHealth.parseRoutes, 463],
  'junos/show-ntp-status-synchronized.txt': [parseClockSynchronized, true],
  'junos/show-ntp-status-unsynchronized.txt': [parseClockSynchronized, false],
  'junos/file-checksum.txt': [(answer) => parseChecksum(answer, PART), '9a'.repeat(32)],
  'eos/dir-flash.txt': [
    directory,
    {
      totalBytes: 3_519_041_536,
      freeBytes: 1_725_816_832,
      files: [
        { name: 'EOS-4.30.1F.swi', bytes: 692_173_145 },
        { name: PART, bytes: 1_014_529_321 },
        { name: 'boot-config', bytes: 27 },
      ],
    },
  ],
  'eos/show-boot-config.txt': [parseBootImage, 'flash:/EOS-4.30.1F.swi'],
  'eos/show-boot-config-not-set.txt': [parseBootImage, null],
  'eos/show-mlag-active.txt': [parseMlag, [{ name: 'MLAG peer', role: 'peer', ready: true, version: null }]],
  'eos/show-mlag-peer-lost.txt': [parseMlag, [{ name: 'MLAG peer', role: 'peer', ready: false, version: null }]],
  'eos/show-mlag-disabled.txt': [parseMlag, []],
  'eos/show-interfaces-status.txt': [eosHealth.parseInterfacesUp, ['Et1', 'Et49/1', 'Ma1', 'Po3']],
  'eos/show-ip-bgp-summary.txt': [eosHealth.parseBgpEstablished, ['192.0.2.18', '192.0.2.30']],
  'eos/show-ip-route-summary.txt': [eosHealth.parseRoutes, 427],
  'eos/show-ntp-status-synchronised.txt': [parseClockSynchronized, true],
  'eos/show-ntp-status-unsynchronised.txt': [parseClockSynchronized, false],
  'eos/show-ntp-status-disabled.txt': [parseClockSynchronized, null],
  'eos/verify-sha512.txt': [digest, '4f'.repeat(64)],
  'eos/json-version-7280.txt': [parseExactUptime, 3_473_922.41],
};

const answers = PLATFORMS.flatMap((platform) =>
  readdirSync(new URL(`${platform}/`, TRANSCRIPTS))
    .filter((file) => !file.startsWith('show-version-'))
    .map((file) => `${platform}/${file}`),
);

test.each(answers)('%s', (name) => {
  const known = EXPECTED[name];
  if (known === undefined) throw new Error('No expectation is written down for this answer.');
  const [parse, expected] = known;
  expect(parse(read(name))).toEqual(expected);
});

test('members that answer `show version` one after another are read with their versions', () => {
  expect(parseStack(read('ios-xe/show-version-c9300-stack.txt'))).toEqual([
    { name: 'switch 1', role: 'active', ready: true, version: '17.09.05' },
    { name: 'switch 2', role: 'member', ready: true, version: '17.09.05' },
  ]);
  expect(parseStack(read('ios-xe/show-version-isr4431.txt'))).toEqual([]);
  expect(parseMemberVersions(read('junos/show-version-qfx5120-virtual-chassis.txt'))).toEqual([
    { name: 'fpc0', role: 'member', ready: true, version: '22.2R3-S3.13' },
    { name: 'fpc1', role: 'member', ready: true, version: '21.4R3-S3.4' },
  ]);
  expect(parseMemberVersions(read('junos/show-version-mx204.txt'))).toEqual([]);
});

test.each(answers)('%s, cut off or of another command, never makes a digest, or a number out of nothing', (name) => {
  const half = read(name).slice(0, 40);
  expect(digest(half)).toBeNull();
  expect(parseChecksum(half, PART)).toBeNull();
  expect(parseUptimeReading('')).toEqual({});
  expect(parseFreeBytes('')).toEqual({});
  expect(parseExactUptime(half)).toBeNull();
});

describe('a digest', () => {
  const hex = 'ab'.repeat(64);
  test.each([
    ['an echo of the digest that was given', `verify /sha512 flash:${PART} ${hex}`],
    ['dots only', `${'.'.repeat(400)}Done!`],
    ['that of another file', `verify /sha512 (flash:other.bin) = ${hex}`],
    ['one that is cut off', `verify /sha512 (flash:${PART}) = ${hex.slice(2)}`],
    ['one with more after it', `verify /sha512 (flash:${PART}) = ${hex} extra`],
  ])('is not taken from %s', (_name, answer) => {
    expect(digest(answer)).toBeNull();
  });

  test('is taken whatever the folder, and in lower case', () => {
    expect(digest(`.....Done!\nverify /sha512 (bootflash:/${PART}) = ${hex.toUpperCase()}\n`)).toBe(hex);
  });
});

describe('the uptime of IOS-XE', () => {
  const version = (at: string): string => `r1 uptime is 2 days, 3 hours, 5 minutes\nSystem restarted at ${at}\n`;
  const minutes = (2 * 24 * 60 + 3 * 60 + 5) * 60;

  test('is told to the second by its clock and the time it restarted at, where they fit', () => {
    const answer = version('09:10:02 UTC Sun Nov 22 2026');
    expect(clockUptime(answer, '*12:15:45.123 UTC Tue Nov 24 2026', minutes)).toEqual({
      seconds: minutes + 43,
      resolution: 1,
    });
  });

  test.each([
    ['the clock was set since', version('23:59:59 UTC Thu Feb 28 1993'), '12:15:45.123 UTC Tue Nov 24 2026'],
    ['it has no clock', version('09:10:02 UTC Sun Nov 22 2026'), null],
    ['it does not say when it restarted', 'r1 uptime is 2 days', '12:15:45.123 UTC Tue Nov 24 2026'],
    ['summer time began in between', version('10:10:02 CEST Sun Nov 22 2026'), '12:15:45.1 CET Tue Nov 24 2026'],
  ])('is told in minutes where %s', (_why, answer, clock) => {
    expect(clockUptime(answer, clock, minutes)).toEqual({ seconds: minutes, resolution: 60 });
  });
});

test('the uptime of Junos is not guessed where it may mean hours or minutes', () => {
  const answer = (now: string, ago: string): string =>
    `Current time: 2026-01-20 ${now} MSK\nSystem booted: 2026-01-20 10:29:55 MSK (${ago} ago)\n`;
  expect(parseUptimeReading(answer('10:30:00', '00:05'))).toEqual({ seconds: 5, resolution: 1 });
  expect(parseUptimeReading(answer('10:35:20', '00:05'))).toEqual({ seconds: 325, resolution: 1 });
  expect(parseUptimeReading(answer('23:00:00', '00:05'))).toEqual({});
});
