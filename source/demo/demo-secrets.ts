import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { generateHostKey } from '../simulator/host-key.ts';

/** The logins of the demo, alike from start to start. */
const schema = z.object({
  /** One password for every database role. */
  databasePassword: z.string().min(20),
  sshUser: z.string().min(1),
  sshPassword: z.string().min(20),
  /** The simulated devices' private host key, in OpenSSH form. */
  hostKey: z.string().min(1),
  /** What the devices' SNMP agents are asked with. */
  snmpCommunity: z.string().min(12).optional(),
  /** What configurations and stored logins are encrypted with, base64. */
  encryptionKey: z.string().min(40).optional(),
});

export type DemoSecrets = z.infer<typeof schema> & { readonly encryptionKey: string; readonly snmpCommunity: string };

/** Reads the demo's logins from its folder, or makes new ones in a file that only its owner can read. */
export function demoSecrets(folder: string): DemoSecrets {
  const file = path.join(folder, 'demo-secrets.json');
  const kept = schema.safeParse(readJson(file));
  const { encryptionKey, snmpCommunity } = kept.data ?? {};
  if (kept.success && encryptionKey !== undefined && snmpCommunity !== undefined) {
    return { ...kept.data, encryptionKey, snmpCommunity };
  }
  const made: DemoSecrets = {
    databasePassword: randomBytes(24).toString('base64url'),
    sshUser: 'netops',
    sshPassword: randomBytes(18).toString('base64url'),
    hostKey: generateHostKey(),
    // Earlier versions had no key, and no agents; their database knows the rest.
    ...kept.data,
    encryptionKey: encryptionKey ?? randomBytes(32).toString('base64'),
    snmpCommunity: snmpCommunity ?? randomBytes(12).toString('base64url'),
  };
  writeFileSync(`${file}.new`, JSON.stringify(made), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return made;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
