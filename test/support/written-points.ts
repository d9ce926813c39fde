import type { InfluxSettings } from '../../source/config/settings.ts';
import type { Point } from '../../source/model/telemetry.ts';

const tags = {
  router_id: 'r1',
  organization: '11111111-1111-4111-8111-111111111111',
  vendor: 'Cisco',
  site: 'ams-1',
};

const START = 1_700_000_000_000;

/** Points that can be told apart: one for each number from `from` to `to`, at a time of its own. */
export function numbered(from: number, to: number): Point[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    measurement: 'cpu',
    tags,
    time: START + from + index,
    fields: { usage_percent: (from + index) % 100 },
  }));
}

/** The numbers of the points in a text of lines. */
export function numbersIn(text: string): number[] {
  return text.split('\n').map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)) - START);
}

/** A server as the settings say it, with batches of three and no flush by the clock. */
export function settingsFor(url: string, batchSize = 3): InfluxSettings {
  return { url, token: 'token-of-the-test', org: 'noc', bucket: 'telemetry', batchSize, flushIntervalMs: 600_000 };
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
