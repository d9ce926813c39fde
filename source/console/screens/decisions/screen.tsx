import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { ago } from '../../format/age.ts';
import { plural } from '../../format/numbers.ts';
import { type Deciding, decidingSlice, decidingWords, stopDecidingWith } from '../../loaders/deciding.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part } from '../../text/parts.ts';
import { decisionsRoute } from '../routes.ts';
import { summaryColumns } from './columns.ts';
import { decisionsCommands } from './commands.ts';
import { decideAll, shownDecisions } from './decide.ts';
import { type BulkDecisions, decisionsListSlice, decisionsSlice, noDecisions } from './state.ts';

const TICK_MS = 10_000;

interface Params {
  readonly routerIds: readonly string[];
  readonly of: string;
}

function DecisionsScreen({ params }: { readonly params: Params }): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const read = useSlice(decisionsSlice);
  const shown = read.routerIds === params.routerIds ? read : noDecisions(params.routerIds);
  const deciding = useSlice(decidingSlice);
  const list = useSlice(decisionsListSlice);
  const now = useNow(TICK_MS);
  const about = `${plural(params.routerIds.length, 'router')}: ${whichWords(params.of)}`;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={fitParts(theme, [' ', { tone: 'title', text: about }], width)} />
      <Line text={fitParts(theme, [' ', ...standing(shown, deciding, now)], width)} />
      <Table
        columns={summaryColumns}
        count={shown.lines.length}
        rowAt={(index) => shown.lines[index]}
        list={list}
        width={width}
        height={height - 2}
        empty={deciding === null ? '' : 'Nothing is decided yet. c stops it, and keeps nothing.'}
      />
    </Box>
  );
}

function whichWords(of: string): string {
  if (of === 'marked') return 'the marked ones';
  return of === 'all' ? 'the whole fleet' : `filter ${of}`;
}

/** How far it is, or how old, and whether it is on record. */
function standing(
  { at, kept, model, stopped, problem }: BulkDecisions,
  deciding: Deciding | null,
  now: number,
): readonly Part[] {
  if (deciding !== null) return [{ tone: 'accent', text: decidingWords(deciding) }];
  if (problem !== null) return [{ tone: 'bad', text: `✖ ${problem}` }];
  const before: Part = stopped ? { tone: 'warn', text: 'cancelled; ' } : '';
  if (at === null) return [before, { tone: 'muted', text: 'not judged yet; r judges' }];
  const asked = model === null ? '' : `, the model ${model} was asked`;
  const record = kept ? 'kept' : 'not kept; d decides for the record';
  return [before, { tone: 'muted', text: `judged ${ago(now - at)} for no start in particular${asked}, ${record}` }];
}

async function load(services: ConsoleServices, { routerIds }: Params, signal: AbortSignal): Promise<void> {
  const { store } = services;
  stopDecidingWith(services, signal);
  if (store.get(decisionsSlice).routerIds !== routerIds) {
    store.set(decisionsSlice, noDecisions(routerIds));
    store.set(decisionsListSlice, LIST_START);
  }
  // Back from one of its lines: what was decided stays, with its age.
  if (store.get(decisionsSlice).decisions === null) await decideAll(services, false);
}

export const decisionsScreen = defineScreen({
  route: decisionsRoute,
  component: DecisionsScreen,
  commands: decisionsCommands,
  status(services) {
    const count = shownDecisions(services).lines.length;
    return count === 0 ? '' : `${services.store.get(decisionsListSlice).cursor + 1} of ${plural(count, 'line')}`;
  },
  load,
});
