import type { FluxTableMetaData, InfluxDB, ParameterizedQuery } from '@influxdata/influxdb-client';
import { TelemetryUnavailable } from '../store.ts';

/** One row of an answer. The readers throw `TelemetryUnavailable` when the column is absent or holds something else. */
export interface FluxRow {
  /** The name that the query gave by `yield`. */
  readonly result: string;
  text(column: string): string;
  number(column: string): number;
  /** Milliseconds since the epoch. */
  time(column: string): number;
}

/** Runs a query and hands over every row. Rejects if the answer has an error in it: it came after a good status, and rows are missing. */
export async function eachRow(
  client: InfluxDB,
  org: string,
  query: ParameterizedQuery,
  visit: (row: FluxRow) => void,
): Promise<void> {
  await client.getQueryApi({ org, gzip: true }).collectRows(query, (values, table) => {
    refuseErrorRow(values, table);
    visit(rowOf(values, table));
    return undefined;
  });
}

function refuseErrorRow(values: string[], table: FluxTableMetaData): void {
  const error = table.columns.find((column) => column.label === 'error');
  if (error === undefined || table.columns.some((column) => column.label === 'table')) return;
  throw new TelemetryUnavailable(`InfluxDB broke off its answer: ${cellOf(values, error.index)}`);
}

function rowOf(values: string[], table: FluxTableMetaData): FluxRow {
  const cell = (label: string): string => {
    const column = table.columns.find((candidate) => candidate.label === label);
    if (column === undefined) throw new TelemetryUnavailable(`InfluxDB answered without the column ${label}.`);
    return cellOf(values, column.index) || column.defaultValue;
  };
  const numeric = (label: string, parse: (value: string) => number): number => {
    const text = cell(label);
    const value = text === '' ? Number.NaN : parse(text);
    if (!Number.isFinite(value)) throw new TelemetryUnavailable(`InfluxDB answered "${text}" for ${label}.`);
    return value;
  };
  return {
    result: cell('result'),
    text: cell,
    number: (label) => numeric(label, Number),
    time: (label) => numeric(label, Date.parse),
  };
}

function cellOf(values: string[], index: number): string {
  return values[index] ?? '';
}
