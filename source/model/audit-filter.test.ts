import { expect, it } from 'vitest';
import { parseAuditFilter } from './audit-filter.ts';

const now = new Date('2026-11-24T12:00:00Z');

it.each([
  ['', {}],
  ['  ', {}],
  ['Approve ams', { words: ['Approve', 'ams'] }],
  ['who=ana action=upgrade.approve', { actor: 'ana', action: 'upgrade.approve' }],
  ['router=ams-core-01 source=cli', { target: 'ams-core-01', source: 'cli' }],
  ['since=2h', { since: new Date('2026-11-24T10:00:00Z') }],
  ['since=30m x', { since: new Date('2026-11-24T11:30:00Z'), words: ['x'] }],
  ['since=7d', { since: new Date('2026-11-17T12:00:00Z') }],
  ['since=2026-11-20', { since: new Date('2026-11-20T00:00:00Z') }],
  ['who=', {}],
])('%j is a filter', (text, filter) => expect(parseAuditFilter(text, now)).toEqual({ ok: true, filter }));

it.each([
  ['since=', 'since needs a span or a day'],
  ['since=2w', 'since needs a span or a day'],
  ['since=2026-02-31', 'since needs a span or a day'],
  ['colour=red', 'there is no field colour; there are who, action, router, source, since'],
  ['constructor=', 'there is no field constructor'],
])('%j is none', (text, fault) => {
  const parsed = parseAuditFilter(text, now);
  expect(parsed.ok ? '' : parsed.fault).toContain(fault);
});
