import type { Algorithms } from 'ssh2';

/** `modern`: nothing with SHA-1 or CBC. `legacy`: those as well, last, for devices whose software has nothing better. */
export type AlgorithmChoice = 'modern' | 'legacy';

const modern = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
} satisfies Algorithms;

const legacy = {
  kex: [...modern.kex, 'diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1'],
  serverHostKey: [...modern.serverHostKey, 'ssh-rsa'],
  cipher: [...modern.cipher, 'aes256-cbc', 'aes192-cbc', 'aes128-cbc'],
  hmac: [...modern.hmac, 'hmac-sha1-etm@openssh.com', 'hmac-sha1'],
  compress: ['none'],
} satisfies Algorithms;

export const ALGORITHMS: Readonly<Record<AlgorithmChoice, Algorithms>> = { modern, legacy };
