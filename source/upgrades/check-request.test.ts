import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkRequest, MOST_ROUTERS, type UpgradeRequest } from './check-request.ts';

const image = randomUUID();

function request(change: Partial<UpgradeRequest> = {}): UpgradeRequest {
  return {
    routerIds: ['b', 'a'],
    imageIds: new Map([
      ['a', image],
      ['b', image],
    ]),
    schedule: { kind: 'now' },
    idempotencyKey: randomUUID(),
    ...change,
  };
}

describe('checkRequest', () => {
  it('takes each router once, always in the same order, and cleans texts', () => {
    const checked = checkRequest(
      request({ routerIds: ['b', 'a', 'b'], changeReference: ' CHG-7\u001b[1m', reason: '  ' }),
    );
    expect(checked.routers).toEqual([
      { routerId: 'a', imageId: image },
      { routerId: 'b', imageId: image },
    ]);
    expect(checked).toMatchObject({ changeReference: 'CHG-7', reason: null });
  });

  it.each([
    ['no router', { routerIds: [] }, 'No router is chosen: choose at least one.'],
    [
      'too many',
      { routerIds: Array.from({ length: MOST_ROUTERS + 1 }, (_, index) => String(index)) },
      'One request may have 1000 routers, not 1001: split it.',
    ],
    ['no image', { imageIds: new Map([['a', image]]) }, 'No image is chosen for router b: choose one.'],
    [
      'an image that is none',
      { routerIds: ['a'], imageIds: new Map([['a', '17.12.03']]) },
      'The image of router a is no image id.',
    ],
    ['a key that is none', { idempotencyKey: 'again' }, 'The idempotency key of the request is no uuid.'],
    [
      'a long reference',
      { changeReference: 'x'.repeat(129) },
      'The change reference is longer than 128 characters: shorten it.',
    ],
    ['a long reason', { reason: 'x'.repeat(1001) }, 'The reason is longer than 1000 characters: shorten it.'],
  ] satisfies [string, Partial<UpgradeRequest>, string][])('refuses %s', (_name, change, message) => {
    expect(() => checkRequest(request(change))).toThrow(expect.objectContaining({ code: 'invalid', message }));
  });
});
