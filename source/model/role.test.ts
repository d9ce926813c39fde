import { describe, expect, it } from 'vitest';
import { roleIncludes, ROLES } from './role.ts';

describe('roleIncludes', () => {
  it('lets each role do what those before it may, and nothing of those after it', () => {
    const table = ROLES.map((held) => ROLES.map((required) => roleIncludes(held, required)));
    expect(table).toEqual([
      [true, false, false, false],
      [true, true, false, false],
      [true, true, true, false],
      [true, true, true, true],
    ]);
  });
});
