import type postgres from 'postgres';
import { afterAll } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AuditKey, createAuditKey, publicKeyFile } from '../../source/config/audit-key.ts';

/** As a superuser who knows how to get around the triggers. */
export async function tamper(
  admin: postgres.Sql,
  work: (sql: postgres.TransactionSql) => Promise<unknown>,
): Promise<void> {
  await admin.begin(async (sql) => {
    await sql`SET LOCAL session_replication_role = replica`;
    await work(sql);
  });
}

/** Makes the hashes of an organization's chain anew from a row to its end, each linked to the one before, and the head to match. */
export async function rechain(sql: postgres.TransactionSql, organizationId: string, from: number): Promise<void> {
  await sql.unsafe(`
    DO $$
    DECLARE
      e audit_events;
      link bytea := coalesce((SELECT hash FROM audit_events WHERE organization_id = '${organizationId}' AND seq < ${from}
        ORDER BY seq DESC LIMIT 1), '');
    BEGIN
      FOR e IN SELECT * FROM audit_events WHERE organization_id = '${organizationId}' AND seq >= ${from} ORDER BY seq LOOP
        e.prev_hash := link;
        link := sha256(convert_to(audit_canonical(e.prev_hash, e.organization_id, e.seq, e."timestamp", e.occurred_at, e.actor_id,
          e.actor_name, e.actor_role, e.action, e.target_type, e.target_id, e.router_id, e.upgrade_id, e.before, e.after, e.reason,
          e.source, e.correlation_id), 'UTF8'));
        UPDATE audit_events SET prev_hash = e.prev_hash, hash = link WHERE organization_id = e.organization_id AND seq = e.seq;
        UPDATE audit_heads SET seq = e.seq, hash = link WHERE organization_id = e.organization_id;
      END LOOP;
    END $$`);
}

export interface TestAuditKeys {
  readonly folder: string;
  readonly keyFile: string;
  readonly publicKey: string;
  readonly key: AuditKey;
}

/** Call it once at the top of a test file: a folder with an audit key in it. */
export function useAuditKey(): TestAuditKeys {
  const folder = mkdtempSync(path.join(tmpdir(), 'netup-audit-'));
  const keyFile = path.join(folder, 'audit-key');
  const keys = { folder, keyFile, publicKey: publicKeyFile(keyFile), key: createAuditKey(keyFile) };
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return keys;
}
