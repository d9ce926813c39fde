import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { INFLUX_TOOLS } from '../source/mcp/influx/tools.ts';
import { POSTGRES_TOOLS } from '../source/mcp/postgres/tools.ts';

const text = readFileSync(path.join(import.meta.dirname, '..', 'docs', 'mcp.md'), 'utf8');

it('lists every tool with what it takes, as the servers publish them', () => {
  const rows = [
    ...POSTGRES_TOOLS.map((tool) => ({ tool, server: 'postgres' })),
    ...INFLUX_TOOLS.map((tool) => ({ tool, server: 'influx' })),
  ].map(({ tool, server }) => {
    const needed = Object.entries(tool.input.shape).map(([name, field]) =>
      z.safeParse(z.object({ [name]: field }), {}).success ? `\`${name}?\`` : `\`${name}\``,
    );
    return `\`${tool.name}\` ${server} ${needed.join(', ')}`;
  });
  const table = /<!-- tools -->(?<table>.*)<!-- \/tools -->/su.exec(text)?.groups?.['table'] ?? '';
  const written = table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, 4)
        .map((cell) => cell.trim())
        .join(' '),
    );
  expect(written).toEqual(rows);
});

it('has examples that are JSON', () => {
  const examples = [...text.matchAll(/```json\n(?<json>.*?)```/gsu)].map((match) => match.groups?.['json'] ?? '');
  expect(examples.length).toBeGreaterThan(4);
  for (const example of examples) expect(JSON.parse(example)).toBeTypeOf('object');
});

it('works the example with fields that the tools have', () => {
  const [postgres, influx] = [/"policy": \{(?<f>[^}]*)\}/u, /"health": \{(?<f>[^}]*)\}/u].map((form) =>
    [...(form.exec(text)?.groups?.['f'] ?? '').matchAll(/"(?<name>\w+)":/gu)].map((match) => match.groups?.['name']),
  );
  const published = (name: string): string =>
    JSON.stringify(
      z.toJSONSchema([...POSTGRES_TOOLS, ...INFLUX_TOOLS].find((tool) => tool.name === name)?.output ?? z.never()),
    );
  expect(postgres?.filter((name) => !published('get_router').includes(`"${name}"`))).toEqual([]);
  expect(influx?.filter((name) => !published('health_summary').includes(`"${name}"`))).toEqual([]);
  expect([postgres?.length, influx?.length]).toEqual([4, 5]);
});
