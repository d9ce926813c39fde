import { expect, test } from 'vitest';
import { parseLog } from './device-log.ts';

const severities = (answer: string): readonly (number | null)[] => parseLog(answer).map(({ severity }) => severity);

test.each([
  ['IOS-XE', '*Mar  1 12:00:00.123: %LINK-3-UPDOWN: Interface Gi0/0/1, changed state to down', 3],
  ['IOS-XE with numbers and a zone', '000123: .Mar  1 12:00:00.123 CET: %SYS-2-MALLOCFAIL: failed', 2],
  ['IOS-XE with a year', 'Mar  1 2026 12:00:00: %PLATFORM-SP-1-FAULT: R0/0: failed', 1],
  ['EOS', 'Mar  1 12:00:00 lon-leaf-01 Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Ethernet1', 5],
  ['Junos', 'Mar  1 12:00:00  fra-core-01 rpd[1234]: %DAEMON-4-RPD_OSPF_NBRDOWN: down', 4],
  ['Junos without explicit-priority', 'Mar  1 12:00:00  fra-core-01 rpd[1234]: RPD_OSPF_NBRDOWN: down', null],
  ['what somebody typed', 'Mar  1 12:00:00  fra-core-01 mgd[1]: UI_CMDLINE: user typed %SYS-0-DOWN: x', null],
  ['what somebody typed on EOS', 'Mar  1 12:00:00 lon-leaf-01 Cli: %SYS-6-CMD: %SYS-0-DOWN: x', 6],
])('%s', (_what, line, severity) => {
  expect(severities(line)).toEqual([severity]);
});

test('headers and rules are no entries; escape sequences are taken out', () => {
  expect(parseLog('Log Buffer (102400 bytes):\n\n    Console logging: level debugging, 41 messages\n')).toEqual([]);
  expect(parseLog('Mar  1 12:00:00: %SYS-5-X: a\u001b[2Jb\n')).toEqual([
    { text: 'Mar  1 12:00:00: %SYS-5-X: ab', severity: 5 },
  ]);
});
