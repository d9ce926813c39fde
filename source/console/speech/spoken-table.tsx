import { Text } from 'ink';
import type { ReactNode } from 'react';
import type { PlacedColumn } from '../components/columns.ts';
import type { TableSort } from '../components/table-lines.ts';
import type { ListState } from '../state/list.ts';
import { displayWidth } from '../text/width.ts';
import { spokenRow } from './spoken-row.ts';

interface SpokenTableProps<Row> {
  readonly count: number;
  rowAt(index: number): Row | undefined;
  readonly list: ListState;
  readonly width: number;
  readonly height: number;
  readonly sort?: TableSort | undefined;
  isMarked?(row: Row): boolean;
  readonly empty?: string;
}

/** A table as it is read: what it is sorted by, the current row, and those after it as far as there is room. */
export function SpokenTable<Row>({
  placed,
  ...props
}: SpokenTableProps<Row> & { readonly placed: readonly PlacedColumn<Row>[] }): ReactNode {
  if (props.count === 0) return <Text>{props.empty ?? 'no rows'}</Text>;
  return [headOf(placed, props), ...rowsOf(placed, props)].map((text, index) => <Text key={index}>{text}</Text>);
}

function headOf<Row>(placed: readonly PlacedColumn<Row>[], { count, sort }: SpokenTableProps<Row>): string {
  const by = placed.find(({ column }) => column.id === sort?.columnId)?.column.title;
  return `Table of ${count} rows${by === undefined || sort === undefined ? '' : `, sorted by ${by}, ${sort.direction}`}`;
}

function rowsOf<Row>(placed: readonly PlacedColumn<Row>[], props: SpokenTableProps<Row>): readonly string[] {
  const { list, count, width, height } = props;
  const rows: string[] = [];
  let room = height - 1;
  for (let at = list.cursor; at < count && room > 0; at += 1) {
    const row = props.rowAt(at);
    if (row === undefined) break;
    const states = [at === list.cursor ? ', current' : '', props.isMarked?.(row) === true ? ', marked' : ''].join('');
    const text = `Row ${at + 1} of ${count}${states}: ${spokenRow(placed, row)}`;
    room -= Math.ceil(displayWidth(text) / width);
    if (room >= 0 || rows.length === 0) rows.push(text);
  }
  return rows;
}
