import { InfluxDB } from '@influxdata/influxdb-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recorded, type ReplayServer, startReplay } from '../../../test/support/influx-replay.ts';
import { type FieldPoint, FieldPoints } from '../field-points.ts';
import { sensorReadings } from '../sensor-readings.ts';
import { progressReadings, validationReadings } from '../upgrade-readings.ts';
import { addPointRow, type ReadWhole } from './points-query.ts';
import { eachRow } from './rows.ts';

const start = Date.parse('2026-11-20T10:00:00Z');
const minute = (minutes: number): number => start + minutes * 60_000;
let server: ReplayServer;

beforeAll(async () => {
  server = await startReplay();
});
afterAll(() => server.close());

/** The points in an answer that a real server gave to the data of fixtures/influx/measurements.lp. */
async function pointsIn(file: string, measurement: ReadWhole): Promise<FieldPoint[]> {
  server.answer(await recorded(file));
  const points = new FieldPoints();
  await eachRow(new InfluxDB({ url: server.url }), 'noc', 'recorded', (row) => addPointRow(points, measurement, row));
  return points.points();
}

test('sensors: the newest of each field, of both series of a router that moved, without the fields of others', async () => {
  const unsent = { uptimeSeconds: null, temperatureCelsius: null, powerWatts: null, fanRpm: null, fanPercent: null };
  expect(sensorReadings(await pointsIn('sensors.csv', 'system'))).toEqual([
    {
      ...unsent,
      component: 'chassis',
      uptimeSeconds: 4_000_060,
      temperatureCelsius: 31.5,
      working: null,
      at: minute(2),
    },
    { ...unsent, component: 'fan 1', fanRpm: 0, working: false, at: minute(3) },
    { ...unsent, component: 'psu,"2"', powerWatts: 350.5, working: null, at: minute(3) },
  ]);
});

test('progress: fields of three types put together by time, and what is not whole left out', async () => {
  const points = await pointsIn('upgrade-progress.csv', 'upgrade_progress');
  const staging = { upgradeId: '42', step: 'stage_image', stepStatus: 'running' } as const;
  expect(progressReadings(points, null)).toEqual([
    { ...staging, percent: 10, stepPercent: 0, elapsedSeconds: null, transferredBytes: 0, at: minute(5) },
    { ...staging, percent: 25, stepPercent: 50.5, elapsedSeconds: 60, transferredBytes: 450_000_000, at: minute(6) },
  ]);
  expect(progressReadings(points, '41')).toEqual([expect.objectContaining({ step: 'cleanup', percent: 100 })]);
});

test('validations', async () => {
  const before = { upgradeId: '42', phase: 'before', passed: true, at: minute(4) } as const;
  expect(validationReadings(await pointsIn('validations.csv', 'upgrade_validation'), '42')).toEqual([
    { ...before, component: 'bgp', expected: null, actual: null },
    { ...before, component: 'interfaces', expected: 48, actual: 48 },
    { ...before, phase: 'after', component: 'interfaces', passed: false, expected: 48, actual: 47, at: minute(20) },
  ]);
});
