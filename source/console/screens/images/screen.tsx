import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { plural } from '../../format/numbers.ts';
import { outageText } from '../../format/outage.ts';
import { defineScreen } from '../../screen.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { restoreTable } from '../../tables/remembered.ts';
import { filterParts, NOTHING_FITS, useTable } from '../../tables/use-table.ts';
import { type Part, spreadParts } from '../../text/parts.ts';
import { imagesRoute } from '../routes.ts';
import { imagesCommands } from './commands.ts';
import { loadImages } from './load.ts';
import { imagesListSlice, imagesSlice, imagesTable, verifyingSlice } from './state.ts';

const EMPTY = 'There is no image on record: `netup-tui image add FILE` puts one there.';
const NOTE = 'GOLDEN: what routers get unless somebody chooses another image. RUN, TARGET: routers of its models.';
const NO_FOLDER = 'Files are not looked at: NETUP_IMAGE_DIR is not set where this console runs.';
const OUTAGE_TICK_MS = 1000;

function ImagesScreen(): ReactNode {
  const services = useServices();
  const { columns: width, rows: height } = useBody();
  const { images, readAt, failed } = useSlice(imagesSlice);
  const list = useSlice(imagesListSlice);
  const verifying = useSlice(verifyingSlice);
  const { view, columns, sort } = useTable(imagesTable);
  const rows = imagesTable.rowsShown(services);
  const now = useNow(failed ? OUTAGE_TICK_MS : null);
  const note: Part = failed
    ? { tone: 'bad', text: outageText(readAt, now) }
    : verifying !== null
      ? { tone: 'accent', text: `Reading ${verifying.fileName}: ${verifying.percent}% … x stops` }
      : { tone: 'muted', text: services.context.imageFolder == null ? NO_FOLDER : NOTE };
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={spreadParts(services.theme, [' ', note], filterParts(view), width)} />
      <Table
        columns={columns}
        count={rows.length}
        rowAt={(index) => rows[index]}
        list={list}
        width={width}
        height={height - 1}
        sort={sort}
        empty={images === null ? 'Reading the images …' : view.filter === '' ? EMPTY : `No image ${NOTHING_FITS}`}
      />
    </Box>
  );
}

export const imagesScreen = defineScreen({
  route: imagesRoute,
  component: ImagesScreen,
  commands: imagesCommands,
  status(services) {
    const { length } = imagesTable.rowsShown(services);
    return length === 0 ? '' : `${services.store.get(imagesListSlice).cursor + 1} of ${plural(length, 'image')}`;
  },
  load(services, _params, signal) {
    restoreTable(services, imagesTable);
    return loadImages(services, signal);
  },
});
