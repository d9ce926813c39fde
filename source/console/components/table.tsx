import { Box, useIsScreenReaderEnabled } from 'ink';
import { useMemo, type ReactNode } from 'react';
import { SpokenTable } from '../speech/spoken-table.tsx';
import { fit } from '../text/width.ts';
import type { ListState } from '../state/list.ts';
import { useInSight } from '../mouse/tables-in-sight.ts';
import { useServices, useSlice } from '../state/use-selector.ts';
import { cursorSlice } from '../theme/cursor-slice.ts';
import { placeColumns, type Column } from './columns.ts';
import { Line, Lines } from './line.tsx';
import { GUTTER_WIDTH, headLine, rowLine, rowPainter, type TableSort } from './table-lines.ts';

export interface TableProps<Row> {
  /** Declared once, outside of the component: a new array places the columns anew. */
  readonly columns: readonly Column<Row>[];
  /** Rows in the list; only those in sight are asked for. */
  readonly count: number;
  rowAt(index: number): Row | undefined;
  readonly list: ListState;
  /** Cells of the whole table; the head takes one row. */
  readonly width: number;
  readonly height: number;
  readonly sort?: TableSort | undefined;
  isMarked?(row: Row): boolean;
  /** Said in place of rows when there are none. */
  readonly empty?: string;
}

/** A table of any length: draws what is in sight, one text a row, and of those only the ones that changed. */
export function Table<Row>(props: TableProps<Row>): ReactNode {
  const { columns, width, height, list, count, sort } = props;
  const { theme } = useServices();
  const placed = useMemo(() => placeColumns(columns, width - GUTTER_WIDTH), [columns, width]);
  const cursor = useSlice(cursorSlice);
  const painted = useMemo(() => rowPainter(theme, placed, width), [theme, placed, width]);
  const reads = useIsScreenReaderEnabled();
  const inSight = useInSight(placed, list, count);
  const lines = Array.from({ length: Math.max(0, Math.min(height - 1, count - list.top)) }, (_, index) => {
    const row = props.rowAt(list.top + index);
    if (row === undefined) return '';
    const current = list.top + index === list.cursor;
    const marked = props.isMarked?.(row) ?? false;
    return current ? rowLine(theme, placed, row, { current, marked, width, cursor }) : painted(row, marked);
  });
  if (reads) return <SpokenTable {...props} placed={placed} />;
  return (
    <Box ref={inSight} flexDirection="column" width={width} height={height} flexShrink={0}>
      <Line text={headLine(theme, placed, sort)} />
      {count === 0 && props.empty !== undefined ? (
        <Line text={theme.paint('muted', ' '.repeat(GUTTER_WIDTH) + fit(props.empty, width - GUTTER_WIDTH))} />
      ) : (
        <Lines lines={lines} />
      )}
    </Box>
  );
}
