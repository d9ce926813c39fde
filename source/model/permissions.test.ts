import { describe, expect, it } from 'vitest';
import {
  canApprove,
  canCancel,
  canPause,
  canReject,
  canRequest,
  canResume,
  canRetry,
  type Permission,
  type Who,
} from './permissions.ts';
import { type Role, ROLES } from './role.ts';
import { UPGRADE_STATUSES, type UpgradeStatus } from './upgrade.ts';

const operator = { id: 'ben', name: 'ben', displayName: 'Ben' };

function as(role: Role): Who {
  return { operator, role };
}

function upgrade(
  status: UpgradeStatus,
  requestedById = 'ana',
  activated = false,
): { status: UpgradeStatus; requestedById: string; activated: boolean } {
  return { status, requestedById, activated };
}

function why(permission: Permission): string {
  return permission.allowed ? 'allowed' : `${permission.code}: ${permission.reason}`;
}

function statusesWhere(check: (status: UpgradeStatus) => Permission): readonly UpgradeStatus[] {
  return UPGRADE_STATUSES.filter((status) => check(status).allowed);
}

describe('who may do what', () => {
  it('depends on the role', () => {
    const table = ROLES.map((role) => [
      role,
      canRequest(as(role)).allowed,
      canApprove(as(role), upgrade('pending')).allowed,
      canReject(as(role), upgrade('pending')).allowed,
      canCancel(as(role), upgrade('pending')).allowed,
      canCancel(as(role), upgrade('pending', 'ben')).allowed,
    ]);
    expect(table).toEqual([
      // role, request, approve, reject, cancel, cancel own
      ['viewer', false, false, false, false, false],
      ['operator', true, false, false, false, true],
      ['approver', true, true, true, true, true],
      ['admin', true, true, true, true, true],
    ]);
  });

  it('depends on the status', () => {
    expect(statusesWhere((status) => canApprove(as('admin'), upgrade(status)))).toEqual(['pending']);
    expect(statusesWhere((status) => canReject(as('admin'), upgrade(status)))).toEqual(['pending']);
    expect(statusesWhere((status) => canCancel(as('admin'), upgrade(status)))).toEqual([
      'draft',
      'pending',
      'approved',
      'scheduled',
      'running',
      'paused',
    ]);
  });

  it('depends on whether the device was told to go down', () => {
    const told = (status: UpgradeStatus): ReturnType<typeof upgrade> => upgrade(status, 'ana', true);
    expect(statusesWhere((status) => canPause(as('admin'), upgrade(status)))).toEqual(['running']);
    expect(statusesWhere((status) => canPause(as('admin'), told(status)))).toEqual([]);
    expect(statusesWhere((status) => canCancel(as('admin'), told(status)))).toEqual([]);
    expect(statusesWhere((status) => canResume(as('admin'), told(status)))).toEqual(['paused']);
    expect(statusesWhere((status) => canRetry(as('admin'), upgrade(status)))).toEqual(['failed']);
    expect(statusesWhere((status) => canRetry(as('admin'), told(status)))).toEqual([]);
    expect(why(canCancel(as('admin'), told('paused')))).toBe(
      'conflict: its device was told to go down, so it is finished or taken back',
    );
    expect(why(canRetry(as('admin'), told('failed')))).toBe(
      'conflict: its device was told to go down, so check the device and request it anew',
    );
    // What is over says that, and not what it was.
    expect(why(canPause(as('admin'), told('success')))).toBe('conflict: it is success, so it cannot be paused');
  });

  it('lets nobody approve an own request, whatever the role', () => {
    for (const role of ROLES) expect(canApprove(as(role), upgrade('pending', 'ben')).allowed).toBe(false);
    expect(why(canApprove(as('admin'), upgrade('pending', 'ben')))).toBe(
      'own_request: you requested it, so somebody else must approve it',
    );
  });

  it('says why not', () => {
    expect(why(canRequest(as('viewer')))).toBe('forbidden: it needs the role operator; yours is viewer');
    expect(why(canApprove(as('operator'), upgrade('pending')))).toBe(
      'forbidden: it needs the role approver; yours is operator',
    );
    expect(why(canReject(as('approver'), upgrade('rolled_back')))).toBe(
      'conflict: it is rolled back, and only a pending upgrade can be rejected',
    );
    expect(why(canCancel(as('operator'), upgrade('pending')))).toBe(
      'forbidden: only its requester or an approver may cancel it',
    );
    expect(why(canCancel(as('approver'), upgrade('success')))).toBe(
      'conflict: it is success, so it cannot be cancelled',
    );
  });
});
