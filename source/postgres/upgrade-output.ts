import type { EncryptionKeys } from '../config/encryption-keys.ts';
import type { StepName, StepStatus } from '../model/upgrade.ts';
import type { Reading } from './config-backups.ts';
import type { OrganizationScope } from './database.ts';
import { type KeptText, readKeptTexts } from './kept-texts.ts';
import { secretTransaction } from './secret-transaction.ts';
import type { Claim } from './upgrade-queue.ts';

/** What a device printed so far, in an attempt at a step of an upgrade that a worker has. */
export interface Printed {
  readonly claim: Claim;
  readonly step: StepName;
  readonly attempt: number;
  readonly text: string;
}

/**
 * Keeps what devices printed, encrypted under the current key, in one transaction; replaces what was kept of each attempt. Gives the attempts
 * that were kept, by {@link printedKey}: of an upgrade that the worker has no more nothing is written. No attempt may be there twice.
 */
export async function keepOutputs(
  scope: OrganizationScope,
  keys: EncryptionKeys,
  printed: readonly Printed[],
): Promise<ReadonlySet<string>> {
  const { id, key } = keys.current();
  const ids = printed.map(({ claim }) => claim.upgradeId);
  const epochs = printed.map(({ claim }) => claim.epoch);
  const steps = printed.map(({ step }) => step);
  const attempts = printed.map(({ attempt }) => attempt);
  const texts = printed.map(({ text }) => text);
  const kept = await secretTransaction(
    scope,
    (sql) => sql<{ key: string }[]>`
      INSERT INTO upgrade_output (organization_id, upgrade_id, step, attempt, encrypted_data, encryption_key_id)
      SELECT current_org_id(), p.upgrade_id, p.step, p.attempt, pgp_sym_encrypt(p.printed, ${key}, 'cipher-algo=aes256'), ${id}
      FROM unnest(${ids}::bigint[], ${epochs}::bigint[], ${steps}::text[], ${attempts}::integer[], ${texts}::text[])
        AS p (upgrade_id, epoch, step, attempt, printed)
      WHERE (p.upgrade_id, p.epoch) IN (SELECT h.upgrade_id, h.epoch FROM held_leases(${ids}::bigint[], ${epochs}::bigint[]) AS h)
      ON CONFLICT (organization_id, upgrade_id, step, attempt) DO UPDATE
      SET encrypted_data = excluded.encrypted_data, encryption_key_id = excluded.encryption_key_id, taken_at = now()
      RETURNING concat_ws(' ', upgrade_id, step, attempt) AS key`,
  );
  return new Set(kept.map((row) => row.key));
}

/** One string for one attempt. */
export function printedKey({ claim, step, attempt }: Printed): string {
  return `${claim.upgradeId} ${step} ${attempt}`;
}

/** What the device printed in each attempt at a step, in plain text, oldest first; audited. See `readKeptTexts`. */
export async function readOutput(
  scope: OrganizationScope,
  keys: EncryptionKeys,
  step: StepName,
  reading: Reading,
): Promise<readonly KeptText[]> {
  return followOutput(scope, keys, step, reading)();
}

/** {@link readOutput} for somebody who looks on while more is printed: each call reads what is there by then, and the first that finds something is audited. */
export function followOutput(
  scope: OrganizationScope,
  keys: EncryptionKeys,
  step: StepName,
  { actor, upgradeId, routerId, revealed }: Reading,
): () => Promise<readonly KeptText[]> {
  let audited = false;
  return async () => {
    const texts = await readKeptTexts(
      scope,
      keys,
      'upgrade_output',
      { upgradeId, partBegins: `${step} ` },
      audited
        ? null
        : {
            actor,
            action: revealed ? 'output.reveal' : 'output.read',
            targetType: 'upgrade',
            targetId: upgradeId,
            upgradeId,
            routerId,
            after: { step, secrets: revealed ? 'shown' : 'removed' },
          },
    );
    audited ||= texts.length > 0;
    return texts;
  };
}

/** A step, and if anything is kept of what the device printed in it. */
export interface OutputSeen {
  readonly step: StepName;
  readonly status: StepStatus;
  /** When the last of it was kept; null if there is nothing. */
  readonly takenAt: Date | null;
}

/** The steps of an upgrade in their order, with when output was last kept of each. Decrypts nothing. */
export async function listOutput({ sql }: OrganizationScope, upgradeId: string): Promise<readonly OutputSeen[]> {
  return sql<OutputSeen[]>`
    SELECT t.name AS step, t.status, max(o.taken_at) AS "takenAt"
    FROM upgrade_steps AS t
    LEFT JOIN upgrade_output AS o
      ON o.organization_id = t.organization_id AND o.upgrade_id = t.upgrade_id AND o.step = t.name
    WHERE t.upgrade_id = ${upgradeId}::bigint
    GROUP BY t.position, t.name, t.status
    ORDER BY t.position`;
}
