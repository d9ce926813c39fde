import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { NEW_POLICY, POLICY_FIELDS, readDraft, textsOf } from './policy-draft.ts';
import { placePolicy } from './policy-place.ts';
import { describeWindow } from './weekly-window.ts';
import { readWindow } from './window-text.ts';

const texts = textsOf({ ...NEW_POLICY, name: 'core' });

it('reads what it writes', () => {
  const window = { weekday: 6, start: '23:00', minutes: 240, timeZone: 'Europe/Amsterdam' };
  const draft = { ...NEW_POLICY, name: 'core', vendor: 'Cisco', maxCpuPercent: 79.5, priority: -3, window };
  expect(readDraft(textsOf(draft))).toEqual({ ok: true, draft });
});

it('says of every field at once what is wrong with it', () => {
  const read = readDraft({
    ...texts,
    name: ' ',
    priority: '1.5',
    maxCpuPercent: '100.5',
    minFreeMemPercent: 'a lot',
    maxCriticalErrors: '-1',
    maxDataAgeSeconds: '0',
    window: 'Sat 01:00-05:00 Europe/Atlantis',
    isActive: 'perhaps',
  });
  expect(read.ok ? [] : [...read.faults.keys()]).toEqual(
    POLICY_FIELDS.filter((field) => !['vendor', 'model', 'site'].includes(field)),
  );
});

it.each([
  ['Sat 01:00-05:00 Europe/Amsterdam', 6, '01:00', 240],
  ['sunday 9:30–9:45 UTC', 7, '09:30', 15],
  ['Mon 22:00 - 02:00 America/New_York', 1, '22:00', 240],
  ['Wed 00:00-00:00 UTC', 3, '00:00', 1440],
])('reads the window %s', (text, weekday, start, minutes) => {
  expect(readWindow(text)).toMatchObject({ ok: true, window: { weekday, start, minutes } });
});

it.each(['Sat', 'Xyz 01:00-05:00 UTC', 'Sat 25:00-26:00 UTC', 'Sat 01:00-01:10 UTC', 'Sat 01:00-05:00'])(
  'refuses the window %s',
  (text) => {
    expect(readWindow(text).ok).toBe(false);
  },
);

it('reads every window that it describes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: 15, max: 1440 }),
      (weekday, at, minutes) => {
        const two = (value: number): string => String(value).padStart(2, '0');
        const window = { weekday, start: `${two(Math.floor(at / 60))}:${two(at % 60)}`, minutes, timeZone: 'UTC' };
        expect(readWindow(describeWindow(window))).toEqual({ ok: true, window });
      },
    ),
  );
});

it('finds what a policy names, and wants the vendor where several have such a model', () => {
  const names = {
    vendors: ['a', 'b'].map((name) => ({ id: `v-${name}`, name })),
    models: [
      { id: 'm1', name: 'x', vendor: 'a' },
      { id: 'm2', name: 'x', vendor: 'b' },
    ],
    sites: [],
    policies: [{ id: '1', name: 'core' }],
  };
  const draft = { ...NEW_POLICY, name: 'core', model: 'x' };
  expect(placePolicy({ ...draft, vendor: 'b' }, names, '1')).toEqual({
    ok: true,
    place: { vendorId: 'v-b', modelId: 'm2', siteId: null },
  });
  const refused = placePolicy(draft, names, null);
  expect(refused.ok ? [] : [...refused.faults.keys()]).toEqual(['name', 'model']);
});
