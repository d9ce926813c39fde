import { describe, expect, it } from 'vitest';
import { type ApprovalSubject, whyVoid } from './approval.ts';

const subject: ApprovalSubject = { sha256: 'aa', sizeBytes: 5, modelId: 'm', targetVersion: '2' };
const since = new Date('2026-12-01T00:00:00Z');
const after = (hours: number) => ({ since, now: new Date(since.getTime() + hours * 3_600_000), expiresHours: 24 });

describe('whyVoid', () => {
  it('lets an approval hold until its hours are over', () => {
    const approvals = [{ subject, breakGlass: false }];
    expect(whyVoid(approvals, subject, after(24))).toBeNull();
    expect(whyVoid(approvals, subject, after(24.01))).toBe('Its approval held for 24 h and is over: request it anew.');
    expect(whyVoid(approvals, subject, { ...after(99), expiresHours: null })).toBeNull();
    expect(whyVoid([], subject, after(25))).not.toBeNull();
  });

  it('lets the approval of an emergency hold, but not for something else', () => {
    const emergency = [{ subject, breakGlass: true }];
    expect(whyVoid(emergency, subject, after(99))).toBeNull();
    expect(whyVoid(emergency, { ...subject, sha256: 'bb' }, after(1))).toBe(
      "Since it was approved, the image's digest changed: request it anew.",
    );
  });

  it.each([
    [{ sizeBytes: 6 }, "the image's size"],
    [{ modelId: null }, "the router's model"],
    [{ targetVersion: null, sha256: 'bb' }, "the image's digest and the router's target version"],
  ])('is void when %o changed', (change, words) => {
    const approvals = [{ subject, breakGlass: false }];
    expect(whyVoid(approvals, { ...subject, ...change }, after(1))).toContain(`${words} changed`);
  });
});
