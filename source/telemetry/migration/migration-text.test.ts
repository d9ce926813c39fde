import { readFileSync } from 'node:fs';
import { Flux } from '@influxdata/flux-lsp-node';
import { fluxRegExp, InfluxDB } from '@influxdata/influxdb-client';
import { expect, onTestFinished, test } from 'vitest';
import { recorded, startReplay } from '../../../test/support/influx-replay.ts';
import { MEASUREMENTS } from '../../model/measurements/definitions.ts';
import { fillIn, migrationQuery, type MigrationText } from './migration-text.ts';
import { copyBy } from './questions.ts';

const hostile = 'x" |> to(bucket: "y") //\n\\${r}';
const values = { source: hostile, target: 'b', start: new Date(0), stop: new Date(1) };
const inventory = { inventory: `${hostile}\to` };
const texts: readonly (readonly [MigrationText, Parameters<typeof fillIn>[1]])[] = [
  ['memory-name', { ...values, ...inventory }],
  ['organization-tag', { ...values, ...inventory }],
  ['unchanged', values],
  [
    'distinct',
    { source: 'a', also: hostile, start: new Date(0), stop: new Date(1), migrated: fluxRegExp('^mem$'), ...inventory },
  ],
];

test.each(texts)('%s is still the same question with hostile values in it', async (name, given) => {
  const text = String(await migrationQuery(name, given));
  expect(new Flux(text).is_valid()).toBe(true);
  const file = readFileSync(new URL(`../../../influx/migrations/${name}.flux`, import.meta.url), 'utf8');
  expect(text.split('\n')).toHaveLength(file.split('\n').length);
  const changed = text.split('\n').filter((line, index) => line !== file.split('\n')[index]);
  expect(new Set(changed.map((line) => line.split(' = ')[0]))).toEqual(new Set(Object.keys(given)));
});

test('a value that the text does not have is a mistake', () => {
  expect(() => fillIn('a = 1\n', { b: 'x' })).toThrow('No value b in the text.');
});

test('the measurements that get an organization are ours', () => {
  for (const name of ['organization-tag', 'unchanged']) {
    const file = readFileSync(new URL(`../../../influx/migrations/${name}.flux`, import.meta.url), 'utf8');
    expect(/\/\^\(\?:(.*)\)\$\//u.exec(file)?.[1]?.split('|')).toEqual(Object.keys(MEASUREMENTS));
  }
});

test('an error row in the answer to a copy is a failure', async () => {
  const server = await startReplay();
  onTestFinished(() => server.close());
  server.answer(await recorded('error-in-answer.csv'));
  const client = new InfluxDB({ url: server.url, token: 't' });
  const admin = {
    org: 'o',
    orgId: 'i',
    attempt: <T>(_: string, work: (given: InfluxDB) => Promise<T>) => work(client),
    close: () => Promise.resolve(),
  };
  await expect(copyBy(admin, 'unchanged', values)).rejects.toThrow('InfluxDB broke off its answer');
});
