import {
  type FluxTableColumn,
  type FluxTableMetaData,
  type InfluxDB,
  linesToTables,
  type ParameterizedQuery,
} from '@influxdata/influxdb-client';
import { cleanLine } from '../../model/text.ts';
import { TelemetryUnavailable } from '../store.ts';

const MAX_DETAIL = 300;

/** One row of an answer. The readers throw `TelemetryUnavailable` when the column is absent or holds something else. */
export interface FluxRow {
  /** The name that the query gave by `yield`. */
  readonly result: string;
  text(column: string): string;
  number(column: string): number;
  /** Milliseconds since the epoch. */
  time(column: string): number;
  /** What the row's table is grouped by, such as a series' measurement, field and tags. */
  groupKey(): ReadonlyMap<string, string>;
  /** A column's type in InfluxDB's words: `double`, `long`, `string`. */
  type(column: string): string;
}

/**
 * Runs a query and hands over every row. Rejects if the answer is no answer of InfluxDB, or has an error in it: that one comes
 * after a good status and after some of the rows.
 */
export function eachRow(
  client: InfluxDB,
  org: string,
  query: string | ParameterizedQuery,
  visit: (row: FluxRow) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const tables = linesToTables({
      next: (values, table) => {
        refuseErrorRow(values, table);
        visit(rowOf(values, table));
      },
      error: reject,
      complete: resolve,
    });
    let isFirst = true;
    let isOver = false;
    client.getQueryApi({ org, gzip: true }).queryLines(query, {
      error: reject,
      complete: () => tables.complete(),
      next: (line) => {
        // Nothing may be thrown here: the client lets it pass for the last line, and it would end the process.
        try {
          if (isOver) return;
          if (isFirst && line !== '') refuseOtherFormats(line);
          isFirst &&= line === '';
          tables.next(line);
        } catch (error) {
          isOver = true;
          reject(error);
        }
      },
    });
  });
}

/** A wrong address can answer a query too, with a page that would pass for an answer without rows. */
function refuseOtherFormats(firstLine: string): void {
  if (!firstLine.startsWith('#datatype,'))
    throw new TelemetryUnavailable('The answer is not one of InfluxDB; check INFLUX_URL.');
}

function refuseErrorRow(values: string[], table: FluxTableMetaData): void {
  const error = table.columns.find((column) => column.label === 'error');
  if (error === undefined || table.columns.some((column) => column.label === 'table')) return;
  throw new TelemetryUnavailable(
    `InfluxDB broke off its answer: ${cleanLine(cellOf(values, error.index)).slice(0, MAX_DETAIL)}`,
  );
}

function rowOf(values: string[], table: FluxTableMetaData): FluxRow {
  const columnOf = (label: string): FluxTableColumn => {
    const column = table.columns.find((candidate) => candidate.label === label);
    if (column === undefined) throw new TelemetryUnavailable(`InfluxDB answered without the column ${label}.`);
    return column;
  };
  const valueOf = (column: FluxTableColumn): string => cellOf(values, column.index) || column.defaultValue;
  const cell = (label: string): string => valueOf(columnOf(label));
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
    groupKey: () =>
      new Map(table.columns.filter(({ group }) => group).map((column) => [column.label, valueOf(column)])),
    type: (label) => columnOf(label).dataType,
  };
}

function cellOf(values: string[], index: number): string {
  return values[index] ?? '';
}
