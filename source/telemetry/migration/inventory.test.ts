import { expect, test } from 'vitest';
import { assignOrganizations } from './inventory.ts';

const owners = new Map([
  ['one', ['acme']],
  ['two', ['acme', 'globex']],
]);

test('a router has the organization of the inventory, even if there is a default', () => {
  const { organizationOf, text } = assignOrganizations(['one', 'none', 'two'], owners, 'globex');
  expect(['one', 'none', 'two', 'other'].map(organizationOf)).toEqual(['acme', 'globex', 'globex', null]);
  expect(text).toBe('\t\none\tacme\nnone\tglobex\ntwo\tglobex');
});

test('routers that nobody has, or several, are listed, some of them', () => {
  const many = Array.from({ length: 12 }, (_, index) => `r${10 + index}`);
  expect(() => assignOrganizations([...many, 'two', 'one'], owners, null)).toThrow(
    /not in the inventory: "r10", .*"r19" and 2 more\.\n.*several organizations have: "two"\.\nNothing was changed\./su,
  );
  expect(() => assignOrganizations(['two'], owners, 'third')).toThrow('several organizations have: "two"');
});
