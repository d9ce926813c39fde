import { z } from 'zod';
import type { AuditRow } from '../../../postgres/audit-tail.ts';
import type { Tone } from '../../theme/tones.ts';

/** A line of what a row says, and how it is meant. */
export interface ToldLine {
  readonly tone: Tone;
  readonly text: string;
}

const MOST_CHARACTERS = 600;
const objectSchema = z.record(z.string(), z.unknown());

/** What changed, column by column: `- status: "pending"`, `+ status: "approved"`; what stayed as it was, without a sign. */
export function diffLines({ before, after }: Pick<AuditRow, 'before' | 'after'>): readonly ToldLine[] {
  const [old, young] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...old.keys(), ...young.keys()])].flatMap((name): readonly ToldLine[] => {
    const [was, is] = [old.get(name), young.get(name)];
    if (was === is) return [{ tone: 'muted', text: `  ${name}: ${is ?? ''}` }];
    return [
      ...(was === undefined ? [] : [{ tone: 'bad', text: `- ${name}: ${was}` } as const]),
      ...(is === undefined ? [] : [{ tone: 'good', text: `+ ${name}: ${is}` } as const]),
    ];
  });
}

/** By name, as text; a value that is no object is told under the name `value`. */
function fieldsOf(value: unknown): ReadonlyMap<string, string> {
  if (value === null || value === undefined) return new Map();
  const object = objectSchema.safeParse(value);
  const entries = object.success ? Object.entries(object.data) : [['value', value] as const];
  return new Map(entries.map(([name, field]) => [name, short(JSON.stringify(field))]));
}

function short(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)} … (${text.length} characters)`;
}

/** A row whole: who, when, from where, why, and what changed. */
export function rowLines(row: AuditRow): readonly ToldLine[] {
  const apart = Math.abs(row.timestamp.getTime() - row.occurredAt.getTime()) >= 1000;
  const upgrade = row.upgradeId === null ? '' : `, upgrade ${row.upgradeId}`;
  const router = row.routerId === null ? '' : `, router ${row.routerId}`;
  const changed = diffLines(row);
  return [
    { tone: 'title', text: `#${row.id} ${row.action} on ${row.targetType} ${row.targetId}${router}${upgrade}` },
    {
      tone: 'text',
      text: `${row.timestamp.toISOString()} by ${row.actor} (${row.role}) from ${row.source}${apart ? `, said to be of ${row.occurredAt.toISOString()}` : ''}`,
    },
    ...(row.reason === null ? [] : [{ tone: 'text', text: `reason: ${row.reason}` } as const]),
    ...(changed.length === 0 ? [{ tone: 'muted', text: 'It names no columns that changed.' } as const] : changed),
    { tone: 'muted', text: `hash ${row.hash}` },
    { tone: 'muted', text: `correlation ${row.correlationId}` },
  ];
}
