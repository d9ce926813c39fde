import { describe, expect, it } from 'vitest';
import { REDACTED, redactSecrets } from './redact.ts';

/** Lines of configurations, with what must not be seen between « and ». */
const LINES = [
  'enable secret 9 «$9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM»',
  'username netops privilege 15 password 7 «0822455D0A16»',
  'username netops privilege 15 secret 5 «$1$mERr$hx5rVt7rPNoS4wqbXKX7m0»',
  'username admin role network-admin secret sha512 «$6$Yk8j1$abc/def.ghi»',
  ' neighbor 192.0.2.1 password 7 «094F471A1A0A»',
  ' password «cleartext»',
  'snmp-server community «public» RO 10',
  'snmp-server host 192.0.2.9 version 2c «traps-community»',
  'snmp-server host 192.0.2.9 «old-community»',
  'snmp-server user nms group v3 auth sha «authpass123» priv aes 128 «privpass123»',
  'tacacs-server key 7 «0822455D0A16»',
  'radius-server host 192.0.2.3 key «plain»',
  ' key-string 7 «0822455D0A16»',
  ' ip ospf message-digest-key 1 md5 7 «0822455D0A16»',
  ' ip ospf authentication-key 7 «0822455D0A16»',
  'ntp authentication-key 1 md5 «0822455D0A16» 7',
  'crypto isakmp key «letmein» address 192.0.2.4',
  ' pre-shared-key address 0.0.0.0 0.0.0.0 key «letmein»',
  'set system root-authentication encrypted-password "«$6$hU0C$abc»"',
  '            encrypted-password "«$6$hU0C$abc»"; ## SECRET-DATA',
  'set system radius-server 192.0.2.7 secret "«$9$TF6ABEylMX»"',
  'set security ike policy p pre-shared-key ascii-text "«$9$ABC»"',
  'set protocols bgp group g authentication-key "«$9$XYZ12»"',
  'set snmp community «public» authorization read-only',
  '    community «public» {',
  'ip  ftp   password   7  «0822455D0A16»',
];

/** Lines that have no secret. */
const HARMLESS = [
  'service password-encryption',
  'key chain OSPF',
  ' key 1',
  'hostname core-r1',
  'crypto key generate rsa',
  ' set community 65000:100 additive',
  'ip community-list standard CUST permit 65000:1',
  'interface GigabitEthernet0/0/0',
];

describe('redactSecrets', () => {
  it.each(LINES)('hides what is secret in: %s', (marked) => {
    const secrets = [...marked.matchAll(/«(?<secret>[^»]*)»/gu)].map(({ groups }) => groups?.['secret'] ?? '');
    const shown = redactSecrets(marked.replaceAll(/[«»]/gu, ''));
    expect(secrets).not.toEqual([]);
    for (const secret of secrets) expect(shown).not.toContain(secret);
    // What stands before the secret says what it is of.
    expect(shown.startsWith(marked.slice(0, marked.indexOf('«')).replace(/"$/u, ''))).toBe(true);
    expect(shown).toContain(REDACTED);
  });

  it.each(HARMLESS)('leaves alone: %s', (line) => {
    expect(redactSecrets(line)).toBe(line);
  });

  it('hides a private key, and keeps the number of lines', () => {
    const text = ['a', '-----BEGIN RSA PRIVATE KEY-----', 'MIIE', 'abcd', '-----END RSA PRIVATE KEY-----', 'b'].join(
      '\n',
    );
    expect(redactSecrets(text).split('\n')).toEqual(['a', REDACTED, REDACTED, REDACTED, REDACTED, 'b']);
  });
});
