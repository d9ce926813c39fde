import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Flux } from '@influxdata/flux-lsp-node';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../source/config/package-root.ts';
import { MEASUREMENTS } from '../source/model/measurements/definitions.ts';
import { readSchema } from '../source/telemetry/setup/read-schema.ts';

const folder = path.join(packageRoot, 'influx');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.flux'));
const schema = await readSchema(folder);

function textOf(file: string): string {
  return readFileSync(path.join(folder, file), 'utf8');
}

describe('the official checker, which checks syntax and types', () => {
  test.each(files)('accepts %s', (file) => {
    expect(new Flux(textOf(file)).is_valid()).toBe(true);
  });

  test.each(schema.tasks)('accepts the task $name as it is sent', ({ flux }) => {
    expect(new Flux(flux).is_valid()).toBe(true);
    expect(flux.match(/^option task = \{.*\}$/gmu)).toHaveLength(1);
  });

  test('refuses what is wrong', () => {
    const text = textOf('tasks/cpu_daily.flux');
    for (const [right, wrong] of [
      ['range(start: start', 'range(begin: start'],
      ['fn: sum)', 'fn: summ)'],
      ['set(key', 'set(key key'],
      ['unit: 1d', 'unit: "1d"'],
    ] as const) {
      expect(text).toContain(right);
      expect(new Flux(text.replace(right, wrong)).is_valid()).toBe(false);
    }
  });
});

describe('tasks', () => {
  const dailies = ['cpu', 'memory', 'interfaces', 'errors', 'system'];

  test('are those of the guide, with a daily and a monthly of each measurement that has a trend', () => {
    expect(schema.tasks.map(({ name }) => name).toSorted()).toEqual(
      ['cpu_hourly', ...dailies.flatMap((name) => [`${name}_daily`, `${name}_monthly`])].toSorted(),
    );
    const taskFiles = files.filter((file) => file.startsWith('tasks/'));
    expect(schema.tasks.map(({ file }) => file).toSorted()).toEqual(taskFiles.toSorted());
    expect(Object.keys(MEASUREMENTS)).toEqual(expect.arrayContaining(dailies));
  });

  test.each(['daily', 'monthly'])('say the same for every measurement, but for its name: %s', (period) => {
    const bodies = dailies.map((name) =>
      textOf(`tasks/${name}_${period}.flux`)
        .replaceAll(/^\/\/.*\n/gmu, '')
        .replaceAll(`"${name}_`, '"NAME_')
        .replaceAll(`== "${name}"`, '== "NAME"')
        .replace(' and r._field != "in_bytes" and r._field != "out_bytes"', ''),
    );
    expect(new Set(bodies).size).toBe(1);
  });

  test('read and write buckets that are declared, and take no window that a bucket has let go of in part', () => {
    const days = new Map(schema.buckets.map(({ name, retentionSeconds }) => [name, retentionSeconds / 86_400]));
    for (const { flux } of schema.tasks) {
      const from = /from\(bucket: "(\w+)"\)/u.exec(flux)?.[1] ?? '';
      const to = /to\(bucket: "(\w+)"\)/u.exec(flux)?.[1] ?? '';
      expect([...days.keys()]).toEqual(expect.arrayContaining([from, to]));
      expect(flux).toContain(`oldest = date.sub(d: ${days.get(from)}d, from: system.time())`);
    }
  });
});
