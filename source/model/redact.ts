/** What stands where a secret was. */
export const REDACTED = '<removed>';

/** The value of a secret: in quotes, or up to the next space or semicolon. */
const VALUE = String.raw`(?:"[^"]*"|[^\s;"]+)`;
/** How the value that follows is written: `7`, `sha512`, `ascii-text`. */
const FORM = String.raw`(?:(?:\d|sha\d*|sha-?256|md5|ascii-text|ascii|hexadecimal|hex|encrypted|clear|type-\d) )?`;

/**
 * Each has what stays in its first group. Words that devices use for secrets, of IOS-XE, Junos and EOS; rather one too many than one too few.
 */
const RULES: readonly RegExp[] = [
  // `username x secret 9 ...`, `neighbor 192.0.2.1 password 7 ...`, `vtp password ...`, Junos `secret "..."`, `simple-password ...`
  rule(String.raw`((?:[\w-]+-)?(?:password|passphrase|secret|encrypted-password) ${FORM})${VALUE}`),
  // `tacacs-server key 7 ...`, `key-string ...`, `authentication-key 7 md5 ...`; not `key chain NAME`, nor `key 1` within one.
  rule(
    String.raw`((?:[\w-]+-)?key(?:-string)? ${FORM})(?!(?:chain|generate|address|md5|sha\d*|hmac-\S+|cmac-\S+)(?: |$)|\d{1,3}\s*(?:$|(?:md5|sha\d*|hmac-\S+|cmac-\S+) ))${VALUE}`,
  ),
  // `ip ospf message-digest-key 1 md5 7 ...`, `ntp authentication-key 1 md5 ...`
  rule(
    String.raw`((?:message-digest|authentication)-key \d+ (?:type )?(?:md5|sha\d*|cmac-aes-128|hmac-\S+)(?: value)? (?:\d )?)${VALUE}`,
  ),
  // `crypto isakmp key NAME address ...`, `pre-shared-key address 0.0.0.0 0.0.0.0 key NAME`, `pre-shared-key ascii-text "..."`
  rule(String.raw`(pre-shared-key (?:local |remote )?${FORM})(?!address\b)${VALUE}`),
  // `snmp-server community NAME RO`, `set snmp community NAME authorization read-only`, `community NAME {`
  rule(String.raw`(snmp(?:-server)? community ${FORM}(?:\d )?)${VALUE}`),
  rule(String.raw`(^\s*community )${VALUE}(?=\s*\{)`),
  // `snmp-server host 192.0.2.9 version 2c NAME`
  rule(
    String.raw`(snmp-server host \S+ (?:vrf \S+ )?(?:(?:traps|informs) )?(?:version (?:1|2c) )?)(?!(?:version|vrf|traps|informs) )${VALUE}`,
  ),
  // `snmp-server user NAME GROUP v3 auth sha ... priv aes 128 ...`
  rule(String.raw`(\bauth (?:md5|sha\S*) )${VALUE}`),
  rule(String.raw`(\bpriv (?:des|3des|aes)(?: (?:128|192|256))? )${VALUE}`),
  rule(String.raw`(\b(?:authentication|privacy|plaintext)-(?:md5|sha\d*|aes\d*|des|password) )${VALUE}`),
  // Hashes and reversible texts of every platform, wherever they stand: `$9$...`, `$6$...`, `$sha512$...`.
  /()\$(?:[1-9]|14|sha\d+|y|2[aby])\$[^\s";]+/gu,
];

/**
 * Takes the secrets out of a device's configuration or output for display, line by line: there are as many lines as before. It knows the usual
 * spellings, and is no proof that nothing is left: what people may see unredacted is decided by their role.
 */
export function redactSecrets(text: string): string {
  let inKey = false;
  return text
    .split('\n')
    .map((line) => {
      const begins = /-----BEGIN [A-Z ]*PRIVATE KEY-----/u.test(line);
      const hidden = inKey || begins;
      inKey = hidden && !/-----END [A-Z ]*PRIVATE KEY-----/u.test(line);
      return hidden ? REDACTED : redactLine(line);
    })
    .join('\n');
}

function redactLine(line: string): string {
  return RULES.reduce((left, pattern) => left.replace(pattern, `$1${REDACTED}`), line);
}

function rule(pattern: string): RegExp {
  // Devices align columns with several spaces.
  return new RegExp(pattern.replaceAll(' ', String.raw`\s+`), 'giu');
}
