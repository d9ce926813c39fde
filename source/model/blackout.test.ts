import { describe, expect, it } from 'vitest';
import { type Blackout, whyBlackedOut } from './blackout.ts';

const at = (clock: string): Date => new Date(`2026-12-24T${clock}:00Z`);
const blackout = (from: string, to: string, site: string | null = null): Blackout => {
  return { id: '1', site, from: at(from), to: at(to), reason: 'holidays', createdBy: 'ana' };
};
const WINDOW = { kind: 'window', opensAt: at('01:00'), closesAt: at('05:00') } as const;

describe('whyBlackedOut', () => {
  it('speaks against a start inside, from its first instant to before its last', () => {
    const blackouts = [blackout('02:00', '04:00')];
    const why = (clock: string): string | null =>
      whyBlackedOut(blackouts, 'ams', { kind: 'at', at: at(clock) }, at('00:00'));
    expect(why('01:59')).toBeNull();
    expect(why('02:00')).toBe('a blackout lasts until 2026-12-24 04:00 UTC (holidays)');
    expect(why('03:59')).not.toBeNull();
    expect(why('04:00')).toBeNull();
    expect(whyBlackedOut(blackouts, null, { kind: 'now' }, at('03:00'))).not.toBeNull();
  });

  it('concerns only its site', () => {
    const blackouts = [blackout('02:00', '04:00', 'ams')];
    const why = (site: string | null): string | null => whyBlackedOut(blackouts, site, { kind: 'now' }, at('03:00'));
    expect(why('ams')).toContain('a blackout at ams lasts');
    expect(why('fra')).toBeNull();
    expect(why(null)).toBeNull();
  });

  it('leaves a window what is left of it after one blackout and the next, if that is enough', () => {
    const why = (...blackouts: readonly Blackout[]): string | null =>
      whyBlackedOut(blackouts, 'ams', WINDOW, at('00:00'));
    expect(why(blackout('00:00', '04:45'))).toBeNull();
    expect(why(blackout('00:00', '04:46'))).not.toBeNull();
    expect(why(blackout('03:00', '04:50'), blackout('00:00', '03:00'))).not.toBeNull();
    expect(why(blackout('02:00', '06:00'))).toBeNull();
  });
});
