import { expect, test } from 'vitest';
import { retryDelay } from '../../model/webhook.ts';
import { checkWebhookSecret, newWebhookSecret, signatureHeaders } from './signature.ts';

test('a message is signed as the libraries of the specification sign it', () => {
  // The example in the tests of those libraries.
  const headers = signatureHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: new Date(1_614_265_330_999),
    body: '{"test": 2432232314}',
  });
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('a secret is what the specification calls one', () => {
  const made = newWebhookSecret();
  expect(made).not.toBe(newWebhookSecret());
  expect(checkWebhookSecret(made)).toBe(made);
  for (const [written, fault] of [
    [made.slice(6), 'written as whsec_'],
    ['whsec_not base64', 'written as whsec_'],
    ['whsec_c2hvcnQ=', 'has 5 bytes; 24 to 64 are allowed'],
    [`whsec_${Buffer.alloc(65).toString('base64')}`, 'has 65 bytes'],
  ] as const) {
    expect(() => checkWebhookSecret(written)).toThrow(fault);
  }
});

test('what failed is tried for a day, more and more seldom, and never all at once', () => {
  const delays = (random: number): number[] => {
    const found: number[] = [];
    for (let delay = retryDelay(1, random); delay !== null; delay = retryDelay(found.length + 1, random))
      found.push(delay);
    return found;
  };
  const middle = delays(0.5);
  expect(middle).toEqual(middle.toSorted((a, b) => a - b));
  expect(middle[0]).toBe(5000);
  const hours = middle.reduce((sum, delay) => sum + delay, 0) / 3_600_000;
  expect(hours).toBeGreaterThan(23);
  expect(hours).toBeLessThan(25);
  expect(delays(0).map((delay, index) => delay / (middle[index] ?? 0))).toEqual(middle.map(() => 0.8));
  expect(delays(1).map((delay, index) => delay / (middle[index] ?? 0))).toEqual(middle.map(() => 1.2));
});
