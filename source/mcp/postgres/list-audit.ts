import { z } from 'zod';
import { type AuditRow, pageAudit } from '../../postgres/mcp-audit.ts';
import { nameInput, timeInput, upgradeIdInput } from '../inputs.ts';
import { cursorInput, limitInput, makeCursor, nextCursor, readCursor } from '../paging.ts';
import { defineTool } from '../tool.ts';
import { NOTICE, notice, untrusted, untrustedText } from '../untrusted.ts';
import type { PostgresContext } from './context.ts';

const place = z.tuple([z.literal('audit'), upgradeIdInput, timeInput('place')]);

export const listAudit = defineTool({
  name: 'list_audit',
  title: 'Audit trail',
  description: 'Who did what, when and why in the organization, newest first: of a router, of an upgrade, or of all.',
  input: z.strictObject({
    router_id: nameInput(128, 'Id of the router, exactly; it may be one that is gone.').optional(),
    upgrade_id: upgradeIdInput.optional(),
    action_prefix: nameInput(64, 'How the action begins: upgrade. or upgrade.approve').optional(),
    since: timeInput('From this time on').optional(),
    until: timeInput('Before this time').optional(),
    limit: limitInput,
    cursor: cursorInput,
  }),
  output: z.object({
    events: z.array(
      z.object({
        seq: z.string().describe("Place in the organization's chain."),
        timestamp: z.string(),
        actor: z.string(),
        role: z.string(),
        action: z.string(),
        target_type: z.string(),
        target_id: z.string(),
        router_id: z.string().nullable(),
        upgrade_id: z.string().nullable(),
        reason: untrustedText.nullable(),
        source: z.string().describe('Where it came from: console, cli, worker, mcp, collector.'),
      }),
    ),
    next_cursor: nextCursor,
    notice,
  }),
  async run({ scope }: PostgresContext, { router_id, upgrade_id, action_prefix, since, until, limit, cursor }) {
    const after = readCursor(cursor, place);
    const filter = {
      routerId: router_id,
      upgradeId: upgrade_id,
      action: action_prefix,
      since: since === undefined ? undefined : new Date(since),
      until: until === undefined ? undefined : new Date(until),
    };
    const before = after === null ? null : { seq: after[1], timestamp: new Date(after[2]) };
    const { rows, more } = await pageAudit(scope, filter, before, limit);
    const last = rows.at(-1);
    return {
      events: rows.map(toEvent),
      next_cursor: more && last !== undefined ? makeCursor(['audit', last.seq, last.timestamp.toISOString()]) : null,
      notice: NOTICE,
    };
  },
});

function toEvent(row: AuditRow) {
  return { ...row, timestamp: row.timestamp.toISOString(), reason: untrusted(row.reason) };
}
