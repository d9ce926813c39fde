import { HttpError, RequestTimedOutError } from '@influxdata/influxdb-client';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { InfluxAdminSettings } from '../../config/influx-admin.ts';
import { refused } from './refused.ts';

const settings: InfluxAdminSettings = {
  url: 'http://influx:8086',
  org: 'ours',
  bucket: 'telemetry',
  token: 'the-token',
  login: { user: 'netup', password: 'the-password' },
  readOnly: false,
};

/** An error as InfluxDB words it. */
function answer(status: number, message: string): HttpError {
  return new HttpError(status, '', JSON.stringify({ code: 'x', message }), undefined, 'application/json');
}

test.each([
  [answer(401, 'unauthorized access'), 'InfluxDB at influx:8086 does not accept INFLUX_ADMIN_TOKEN (asking).'],
  [
    answer(403, 'no right'),
    'InfluxDB at influx:8086 does not let INFLUX_ADMIN_TOKEN do this (asking): no right. It needs an operator or all-access token.',
  ],
  [answer(503, 'busy with the-token'), 'InfluxDB at influx:8086 answered 503 (asking): busy with [secret].'],
  [new RequestTimedOutError(), 'InfluxDB at influx:8086 did not answer in time (asking); run it again.'],
  [
    new AggregateError([new Error('refused A'), new Error('refused B')]),
    'InfluxDB at influx:8086 cannot be reached (asking): Error: refused A; Error: refused B; check INFLUX_URL, and that it runs.',
  ],
  [
    new Error('odd\u001b[31m the-password'),
    'InfluxDB at influx:8086 cannot be reached (asking): odd [secret]; check INFLUX_URL, and that it runs.',
  ],
  [new z.ZodError([]), 'InfluxDB at influx:8086 does not answer as InfluxDB 2 does (asking); check INFLUX_URL.'],
])('%s', (error, sentence) => {
  expect(refused(error, 'asking', settings).message).toBe(sentence);
});
