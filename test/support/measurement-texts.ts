import { COMMON_TAGS, fieldsOf, type Measurement, MEASUREMENTS } from '../../source/model/measurements/definitions.ts';
import type { Field } from '../../source/model/measurements/fields.ts';

/** Files that have the definition in them, and their text with it. */
export const measurementFiles = [
  markedFile('docs/telemetry.md', ['<!-- measurements -->\n\n', '\n\n<!-- /measurements -->'], measurementTables),
  markedFile(
    'influx/schema.yml',
    ['# measurements, written by `npm run measurements`\n', '\n# end of measurements'],
    measurementsYaml,
  ),
] as const;

const measurements: readonly (readonly [string, Measurement])[] = Object.entries(MEASUREMENTS);

/** Values longer than this are not listed in the table. */
const SHORT_LIST = 6;

function markedFile(path: string, [start, end]: readonly [start: string, end: string], text: () => string) {
  return {
    path,
    file: new URL(`../../${path}`, import.meta.url),
    withText: (before: string): string => {
      const [from, to] = [before.indexOf(start) + start.length, before.indexOf(end)];
      if (from < start.length || to < from) throw new Error(`${path} has lost its marks around the measurements.`);
      return before.slice(0, from) + text() + before.slice(to);
    },
  };
}

/** Tags and fields as the tables of docs/telemetry.md. */
function measurementTables(): string {
  const common = Object.entries(COMMON_TAGS).map(([name, meaning]) => [`\`${name}\``, 'all', meaning]);
  const further = measurements.flatMap(([name, { tag }]) =>
    tag === null ? [] : [[`\`${tag.name}\``, `\`${name}\``, tag.meaning]],
  );
  const fields = measurements.flatMap(([measurement, definition]) =>
    fieldsOf(definition).map(({ name, field, isRequired }) => [
      `\`${measurement}\``,
      `\`${name}\``,
      isRequired ? 'always' : '',
      field.type,
      [field.unit, rangeOf(field)].filter((text) => text !== '').join(', '),
      field.meaning,
    ]),
  );
  return [
    table([['tag', 'measurement', 'value'], ...common, ...further]),
    table([['measurement', 'field', 'sent', 'type', 'unit and values', 'meaning'], ...fields]),
  ].join('\n\n');
}

/** Tags and fields as the measurements of influx/schema.yml. */
function measurementsYaml(): string {
  return ['measurements:', ...measurements.flatMap(measurementLines)].join('\n');
}

function measurementLines([name, definition]: readonly [string, Measurement]): string[] {
  const tags = [...Object.keys(COMMON_TAGS), ...(definition.tag === null ? [] : [definition.tag.name])];
  return [
    `  ${name}:`,
    `    meaning: ${quoted(definition.meaning)}`,
    `    tags: [${tags.join(', ')}]`,
    '    fields:',
    ...fieldsOf(definition).flatMap(({ name: field, field: described, isRequired }) => [
      `      ${field}:`,
      `        type: ${described.type}`,
      `        unit: ${quoted(described.unit)}`,
      `        required: ${String(isRequired)}`,
      ...limitLines(described),
      `        meaning: ${quoted(described.meaning)}`,
    ]),
  ];
}

function limitLines(field: Field): string[] {
  if ('values' in field) return ['        values:', ...field.values.map((value) => `          - ${value}`)];
  if (!('min' in field)) return [];
  return [
    ...(field.min === -Number.MAX_VALUE ? [] : [`        min: ${field.min}`]),
    ...(field.max === Number.MAX_VALUE ? [] : [`        max: ${field.max}`]),
  ];
}

/** Quoted as Prettier quotes it; Markdown's marks left out. */
function quoted(text: string): string {
  const plain = text.replaceAll('`', '');
  return plain.includes("'") ? `"${plain}"` : `'${plain}'`;
}

function rangeOf(field: Field): string {
  if ('values' in field) {
    const isTold = field.kind === 'status' || field.values.length > SHORT_LIST;
    return isTold ? '' : field.values.map((value) => `\`${value}\``).join(' ');
  }
  if (field.kind !== 'number' && field.kind !== 'percentage') return '';
  return field.max === Number.MAX_VALUE ? '' : `${field.min} to ${field.max.toLocaleString('en')}`;
}

/** A table as Prettier writes one; the first row is its head. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
