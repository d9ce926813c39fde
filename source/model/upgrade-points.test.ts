import { expect, it } from 'vitest';
import { pointOf, type UpgradeEvent } from './upgrade-points.ts';

const about = { upgradeId: '7', organizationId: 'o', routerId: 'r1', vendor: 'Cisco', site: null, at: new Date(1000) };
const check = { ...about, kind: 'check', phase: 'after', name: 'routes', status: 'pass' } as const;

it('tells of a step, with what is known of the router', () => {
  const event: UpgradeEvent = {
    ...about,
    kind: 'progress',
    step: 'activate',
    status: 'running',
    percent: 50,
    elapsed: null,
  };
  expect(pointOf(event)).toEqual({
    measurement: 'upgrade_progress',
    tags: { router_id: 'r1', organization: 'o', vendor: 'Cisco', site: 'unknown' },
    time: 1000,
    fields: { upgrade_id: '7', step: 'activate', step_status: 'running', percent: 50 },
  });
  expect(pointOf({ ...event, elapsed: 90 }).fields).toMatchObject({ elapsed_seconds: 90 });
});

it.each([
  ['20', '62.5 %', { expected_value: 20, actual_value: 62.5 }],
  ['at least 900 of 1000', '950', { actual_value: 950 }],
  ['22.1', '4.31F', {}],
  ['17.12.03', 'C9300', {}],
  ['2000 MB', '-3%', { expected_value: 2000, actual_value: -3 }],
])('sends the figures of a check that found %s and %s', (expected, actual, figures) => {
  const fields = { upgrade_id: '7', phase: 'after', test_passed: 1, ...figures };
  expect(pointOf({ ...check, expected, actual })).toMatchObject({ component: 'routes' });
  expect(pointOf({ ...check, expected, actual }).fields).toEqual(fields);
});

it.each([
  ['pass', 1],
  ['warn', 1],
  ['fail', 0],
  ['unknown', 0],
] as const)('counts a check that is %s as %i', (status, passed) => {
  expect(pointOf({ ...check, status, expected: 'a', actual: 'b' }).fields).toMatchObject({ test_passed: passed });
});
