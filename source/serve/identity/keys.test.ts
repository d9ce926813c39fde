import { describe, expect, test } from 'vitest';
import { parseCertificate } from './certificate.ts';
import { parsePublicKey } from './public-key.ts';

// Made with ssh-keygen for these tests; the private halves were thrown away.
const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINU9UHl+iy+4zX7MH5mpRX1pDSpPMmN48kSemRg78lkp ana ed25519';
const ECDSA =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBMrFWc++y4Hz1BZhaYe1DpFOKMsfKCky/neeOkqHwjZnqvIFPXAXZ2+at20CsAZ3dK4EW4RfqL7ZmZ1rVSdm5y8= ana ecdsa';
const WEAK =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDlbZHrS9zS7sSW8S9Ce1irtALP99PJant6Qp540BvhLQ9RDhXJQww4EeOETIsezY/x+1K0Fw36J+cHLmCKnAig4D6Jl4Ou2gOy5zmvQ+BUe3RrRkMNsI4NXeSI1WHxoSrJDrjflEZ8yPZxRumhi/HDACdaJuJNqD8tZc2J3rNNkQ== weak';
const ED25519_CERT =
  'ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIGiouz/OkQynWKPk+joW3UOb56J/W53CPvZ0BfkygyjpAAAAINU9UHl+iy+4zX7MH5mpRX1pDSpPMmN48kSemRg78lkpAAAAAAAAAAcAAAABAAAADGNlcnQgZWQyNTUxOQAAABUAAAAHYW5hQG5vYwAAAAZvbmNhbGwAAAAAAAAAAP//////////AAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nAAAAAAAAABdwZXJtaXQtYWdlbnQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl0LXBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOcGVybWl0LXVzZXItcmMAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgaVIqyTMrByIvZQUkxsiuTSznasaCmyTYL+yzWX1MPfYAAABTAAAAC3NzaC1lZDI1NTE5AAAAQPGIHzqM76uUkVfdkzfdQ31/iUb+0V1tyLg0rC5tW9TV8sCta2oTkm6VAYAzytC7lNw6NcG6KZB4e7yjui8/rwk= ana ed25519';
const ECDSA_CERT =
  'ecdsa-sha2-nistp256-cert-v01@openssh.com AAAAKGVjZHNhLXNoYTItbmlzdHAyNTYtY2VydC12MDFAb3BlbnNzaC5jb20AAAAgvjkN1DzeSKixIlMXbUs+nQ8JETYHIv6rIpteejrFgnkAAAAIbmlzdHAyNTYAAABBBMrFWc++y4Hz1BZhaYe1DpFOKMsfKCky/neeOkqHwjZnqvIFPXAXZ2+at20CsAZ3dK4EW4RfqL7ZmZ1rVSdm5y8AAAAAAAAABwAAAAEAAAAKY2VydCBlY2RzYQAAABUAAAAHYW5hQG5vYwAAAAZvbmNhbGwAAAAAAAAAAP//////////AAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nAAAAAAAAABdwZXJtaXQtYWdlbnQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl0LXBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOcGVybWl0LXVzZXItcmMAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgaVIqyTMrByIvZQUkxsiuTSznasaCmyTYL+yzWX1MPfYAAABTAAAAC3NzaC1lZDI1NTE5AAAAQJlp43rMb+hlHG7yn+yKuh4IsiBZyeQi8nyEDX3vBbyANSg+T7zFS+Iq86fPprBXwGm4xMCbR7w+XQAM+syixgU= ana ecdsa';
const HOST_CERT =
  'ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAINACw/MwRwcduHF4nUYXeKiaZWT8BAmL4rIB4HrQxCcyAAAAINU9UHl+iy+4zX7MH5mpRX1pDSpPMmN48kSemRg78lkpAAAAAAAAAAcAAAACAAAABGhvc3QAAAAFAAAAAWgAAAAAAAAAAP//////////AAAAAAAAAAAAAAAAAAAAMwAAAAtzc2gtZWQyNTUxOQAAACBpUirJMysHIi9lBSTGyK5NLOdqxoKbJNgv7LNZfUw99gAAAFMAAAALc3NoLWVkMjU1MTkAAABALI8S1QMJOJGrHQ39P5GbbDPDPmOySgqOcMURba1Oy6GSzMobNadw3xasFxyLA1Whufh8It9Km6P3vygrMjs8Aw== ana ed25519';

describe('a public key', () => {
  test.each([
    [ED25519, 'ssh-ed25519', 'SHA256:6kWnPhXcc9iavLvDe6e8BgjihXpTgtCpGkIhI+PDU1w', 'ana ed25519'],
    [ECDSA, 'ecdsa-sha2-nistp256', 'SHA256:ZE2n440IrDe1HGxr7nwZD20b0D/arv3UZnj9OdbAnBQ', 'ana ecdsa'],
  ])('has the fingerprint that ssh-keygen says (%#)', (line, type, fingerprint, comment) => {
    expect(parsePublicKey(`${line}\n`)).toMatchObject({ type, fingerprint, comment });
  });

  const [type = '', data = ''] = ED25519.split(' ');
  test.each([
    ['nothing', '', 'no public key of a type that is taken'],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----', 'no public key of a type that is taken'],
    ['options before it', `command="sh" ${ED25519}`, 'no public key of a type that is taken'],
    ['a certificate', ED25519_CERT, 'no public key of a type that is taken'],
    ['a name of Object’s', `constructor ${data}`, 'no public key of a type that is taken'],
    ['another type', `ecdsa-sha2-nistp256 ${data}`, 'is no key of the type'],
    ['a key that is cut off', `${type} ${data.slice(0, -8)}`, 'is no key of the type'],
    ['a key with something behind it', `${type} ${data}AAAA`, 'is no key of the type'],
    ['something that is no base64', `${type} ${data.slice(0, -3)}!`, 'is not base64'],
    ['a weak key', WEAK, 'is an RSA key of 1024 bits; 2048 are the least'],
  ])('is not %s', (_, line, fault) => {
    expect(() => parsePublicKey(line)).toThrow(fault);
  });

  test('has a comment without what would move a terminal’s cursor', () => {
    expect(parsePublicKey(`${type} ${data} a\u001b[2Jb`).comment).toBe('ab');
  });
});

describe('a certificate', () => {
  const parse = (line: string): unknown => {
    const [kind = '', body = ''] = line.split(' ');
    return parseCertificate(kind, Buffer.from(body, 'base64'));
  };

  test.each([
    [ED25519_CERT, 'cert ed25519'],
    [ECDSA_CERT, 'cert ecdsa'],
  ])('has its principals (%#)', (line, keyId) => {
    expect(parse(line)).toEqual({ keyId, principals: ['ana@noc', 'oncall'] });
  });

  test.each([
    ['a host’s', HOST_CERT, 'no certificate of a user'],
    ['a key', ED25519, 'no certificate'],
    [
      'said to be of another type',
      ECDSA_CERT.replace('ecdsa-sha2-nistp256-', 'ecdsa-sha2-nistp384-'),
      'no certificate of the type',
    ],
    ['cut off', ED25519_CERT.slice(0, 200), 'cut off'],
  ])('is not one that is %s', (_, line, fault) => {
    expect(() => parse(line)).toThrow(fault);
  });
});
