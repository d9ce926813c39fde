import { array, assert, boolean, constantFrom, infiniteStream, integer, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareConfigurations } from './compare-configurations.ts';
import { configurationCheck } from './configuration-check.ts';

const IOS_XE = `Building configuration...

Current configuration : 3311 bytes
!
! Last configuration change at 12:00:01 UTC Sun Mar 1 2026 by netops
!
version 17.9
service timestamps log datetime msec
hostname r1
!
enable secret 9 $9$abc$defghijkl
crypto pki trustpoint TP-self-signed-42
 enrollment selfsigned
crypto pki certificate chain TP-self-signed-42
 certificate self-signed 01
  30820330 30820218 A0030201
  \tquit
interface GigabitEthernet0/0/0
 ip address 192.0.2.1 255.255.255.252
 ip access-group EDGE in
!
interface GigabitEthernet0/0/1
 shutdown
!
router bgp 65000
 neighbor 192.0.2.9 remote-as 65001
 neighbor 192.0.2.9 password 7 0822455D0A16
 !
 address-family ipv4
 exit-address-family
!
snmp-server community sesame RO
logging host 192.0.2.250
ntp clock-period 17180000
ntp server 192.0.2.251
boot system flash:packages.conf
end
`;

const JUNOS = `## Last commit: 2026-03-01 12:00:01 UTC by netops
version 21.4R3-S5.4;
system {
    host-name r1;
    root-authentication {
        encrypted-password "$6$abc$def"; ## SECRET-DATA
    }
    ntp {
        server 192.0.2.251;
    }
}
interfaces {
    ge-0/0/0 {
        mtu 9000;
    }
    ge-0/0/1 {
        mtu 9000;
    }
}
`;

const EOS = `! Command: show running-config
! device: r1 (DCS-7280SR3-48YC8, EOS-4.30.1F)
!
! boot system flash:/EOS64-4.30.1F.swi
!
hostname r1
!
logging host 192.0.2.250
!
interface Ethernet1
   no switchport
   ip address 192.0.2.1/30
!
end
`;

function edit(configuration: string, ...changes: readonly (readonly [string | RegExp, string])[]): string {
  return changes.reduce((text, [from, to]) => {
    const edited = text.replace(from, to);
    expect(edited).not.toBe(text);
    return edited;
  }, configuration);
}

describe('a configuration that is as it was', () => {
  it.each([
    ['IOS-XE', IOS_XE, 15],
    ['Junos', JUNOS, 11],
    ['EOS', EOS, 5],
  ])('of %s passes', (_platform, configuration, lines) => {
    expect(configurationCheck(configuration, configuration)).toEqual({
      name: 'configuration',
      expected: `the ${lines} lines from before`,
      actual: 'no line is missing',
      status: 'pass',
      action: '',
    });
  });

  it('passes whatever times, sizes, versions, generated certificates and orders are', () => {
    const ios = edit(
      IOS_XE,
      ['3311', '3399'],
      ['12:00:01', '14:10:59'],
      ['17.9', '17.12'],
      ['17180000', '17180042'],
      ['A0030201', 'B1130201'],
      ['enrollment selfsigned', 'enrollment selfsigned pem'],
      ['flash:packages.conf', 'bootflash:packages.conf'],
      [/(logging host .*\n)/u, ''],
      ['hostname r1', 'logging host 192.0.2.250\nhostname r1'],
    );
    expect(configurationCheck(IOS_XE, ios).status).toBe('pass');
    const junos = edit(JUNOS, ['12:00:01', '13:00:00'], ['21.4R3-S5.4', '23.4R2-S3'], [' ## SECRET-DATA', '']);
    expect(configurationCheck(JUNOS, junos).status).toBe('pass');
    const eos = edit(EOS, ['EOS-4.30.1F)', 'EOS-4.32.2F)'], ['4.30.1F.swi', '4.32.2F.swi']);
    expect(configurationCheck(EOS, eos).status).toBe('pass');
  });
});

describe('a configuration that lost lines', () => {
  it('fails, with their number, where they stood, and no secret', () => {
    const after = edit(
      IOS_XE,
      [' ip access-group EDGE in\n', ''],
      [' neighbor 192.0.2.9 password 7 0822455D0A16\n', ''],
      ['snmp-server community sesame RO\n', ''],
    );
    expect(configurationCheck(IOS_XE, after)).toMatchObject({
      status: 'fail',
      actual:
        '3 missing: "ip access-group EDGE in" in "interface GigabitEthernet0/0/0", ' +
        '"neighbor 192.0.2.9 password 7 <removed>" in "router bgp 65000", "snmp-server community <removed> RO"',
    });
  });

  it.each([
    ['a line of the same words in another section', JUNOS, edit(JUNOS, [/ge-0\/0\/0 \{\n.*mtu 9000;/u, 'ge-0/0/0 {'])],
    ['a line that lost words', EOS, edit(EOS, ['no switchport', 'switchport'])],
    ['a line with another address', IOS_XE, edit(IOS_XE, ['192.0.2.251', '192.0.2.252'])],
    ['a line turned round', IOS_XE, edit(IOS_XE, [' shutdown', ' no shutdown'])],
    ['a line that lost one of its words', IOS_XE, edit(IOS_XE, ['datetime msec', 'datetime'])],
    ['a section with all that stood in it', JUNOS, edit(JUNOS, [/ {4}ntp \{\n.*\n {4}\}\n/u, ''])],
  ])('fails: %s', (_name, before, after) => {
    expect(configurationCheck(before, after).status).toBe('fail');
  });

  it('is not known where nothing is printed', () => {
    expect(configurationCheck(EOS, '\n').status).toBe('unknown');
  });
});

describe('what a new version writes in another way', () => {
  it.each([
    [
      'a default that is shown now',
      IOS_XE,
      edit(IOS_XE, ['ntp server 192.0.2.251', 'ntp server 192.0.2.251 version 4']),
    ],
    ['the same on Junos', JUNOS, edit(JUNOS, ['server 192.0.2.251;', 'server 192.0.2.251 version 4;'])],
    ['a secret in another form', IOS_XE, edit(IOS_XE, ['password 7 0822455D0A16', 'password 6 XYZabcXYZ'])],
    [
      'a line further in',
      IOS_XE,
      edit(
        IOS_XE,
        [' neighbor 192.0.2.9 password 7 0822455D0A16\n', ''],
        [' address-family ipv4\n', ' address-family ipv4\n  neighbor 192.0.2.9 password 7 0822455D0A16\n'],
      ),
    ],
  ])('is told: %s', (_name, before, after) => {
    const check = configurationCheck(before, after);
    expect(check).toMatchObject({ status: 'warn', action: 'Read them: the new version wrote them.' });
    expect(check.actual).toMatch(/^no line is missing; 1 written in another way: "[^"]+"(?: in "[^"]+")?$/u);
    expect(check.actual).not.toMatch(/XYZ|0822455D0A16/u);
  });

  it('is told when it is new', () => {
    const after = edit(EOS, ['end\n', 'management api http-commands\n   no shutdown\nend\n']);
    expect(configurationCheck(EOS, after)).toMatchObject({
      status: 'warn',
      actual:
        'no line is missing; 2 new: "management api http-commands", "no shutdown" in "management api http-commands"',
    });
  });
});

/** Lines that share no words, in sections two deep. */
const configuration = array(tuple(integer({ min: 0, max: 3 }), integer({ min: 0, max: 2 })), {
  minLength: 1,
  maxLength: 60,
}).map((rows) => rows.map(([word, indent], row) => `${'  '.repeat(row === 0 ? 0 : indent)}word${word} w${row}`));

describe('of any configuration', () => {
  it('exactly the lines that were taken out are missing, if nothing stands under them', () => {
    assert(
      property(configuration, infiniteStream(boolean()), (lines, keep) => {
        const indent = (line = ''): number => line.length - line.trimStart().length;
        const leaf = (row: number): boolean => indent(lines[row + 1]) <= indent(lines[row]);
        const kept = lines.filter((_line, row) => !leaf(row) || keep.next().value === true);
        const { missing, added, rewritten } = compareConfigurations(lines.join('\n'), kept.join('\n'));
        expect(missing.map(({ index }) => lines[index])).toEqual(lines.filter((line) => !kept.includes(line)));
        expect([added, rewritten]).toEqual([[], []]);
      }),
    );
  });

  it('what was added is new, and nothing is missing', () => {
    assert(
      property(configuration, nat(), (lines, place) => {
        const row = place % (lines.length + 1);
        const after = [...lines.slice(0, row), '      new line', ...lines.slice(row)].join('\n');
        const { missing, added } = compareConfigurations(lines.join('\n'), after);
        expect(missing).toEqual([]);
        expect(added.map(({ text }) => text)).toEqual(['new line']);
      }),
    );
  });

  it('noise anywhere changes nothing', () => {
    const noise = constantFrom(
      '!',
      '! Last configuration change at 1',
      '',
      '# x',
      '}',
      'Current configuration : 1 bytes',
    );
    assert(
      property(configuration, array(tuple(nat(), noise)), (lines, added) => {
        const noisy = [...lines];
        for (const [place, text] of added) noisy.splice(place % (noisy.length + 1), 0, text);
        expect(configurationCheck(lines.join('\n'), noisy.join('\n')).status).toBe('pass');
      }),
    );
  });
});
