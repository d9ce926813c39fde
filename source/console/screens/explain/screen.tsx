import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { PolicyCandidate } from '../../../model/policy.ts';
import { cleanLine } from '../../../model/text.ts';
import { explainPolicy } from '../../../postgres/policies.ts';
import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import type { Column } from '../../components/columns.ts';
import { Line, Lines } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { plural } from '../../format/numbers.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START, moveTo } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part } from '../../text/parts.ts';
import { wrapLine } from '../../text/wrap.ts';
import type { Tone } from '../../theme/tones.ts';
import { explainRoute, policyRoute } from '../routes.ts';

interface Explained {
  readonly routerId: string;
  /** In rank order; null until they are read. */
  readonly candidates: readonly PolicyCandidate[] | null;
}

const explainedSlice = defineSlice<Explained>('explain', () => ({ routerId: '', candidates: null }));
const explainedListSlice = defineSlice('explain.list', () => LIST_START);

const LEGEND =
  ' An override counts first; then priority; then organization, model, vendor, site; then the newest; then the lowest number.';
/** Lines above the rows: the legend, the head. */
const HEAD_LINES = 2;
/** Below the rows: a blank line and the whole reason of the current one. */
const DETAIL_LINES = 4;

const OUTCOMES: Readonly<Record<PolicyCandidate['outcome'], readonly [text: string, tone: Tone]>> = {
  override: ['★ override', 'good'],
  wins: ['✔ applies', 'good'],
  outranked: ['· outranked', 'muted'],
  mismatch: ['✖ does not fit', 'muted'],
  inactive: ['– switched off', 'disabled'],
};

const columns: readonly Column<PolicyCandidate>[] = [
  { id: 'outcome', title: 'OUTCOME', width: 14, priority: 0, cell: ({ outcome }) => outcomeParts(outcome) },
  {
    id: 'policy',
    title: 'POLICY',
    width: 20,
    grow: 1,
    maxWidth: 36,
    priority: 0,
    cell: ({ policy }) => `#${policy.id} ${policy.name}`,
  },
  { id: 'scope', title: 'SCOPE', width: 6, priority: 2, cell: ({ policy }) => (policy.shared ? 'shared' : 'own') },
  { id: 'why', title: 'WHY', width: 30, grow: 4, priority: 0, cell: ({ reason }) => reason },
];

function outcomeParts(outcome: PolicyCandidate['outcome']): readonly Part[] {
  const [text, tone] = OUTCOMES[outcome];
  return [{ tone, text }];
}

function ExplainScreen({ params }: { readonly params: { readonly hostname: string } }): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const { candidates } = useSlice(explainedSlice);
  const list = useSlice(explainedListSlice);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={fitParts(theme, [{ tone: 'muted', text: LEGEND }], width)} />
      <Table
        columns={columns}
        count={candidates?.length ?? 0}
        rowAt={(index) => candidates?.[index]}
        list={list}
        width={width}
        height={height - 1 - DETAIL_LINES}
        empty={candidates === null ? 'Reading the policies …' : `There is no policy, or no router ${params.hostname}.`}
      />
      <Line text="" />
      <Lines lines={detailLines(candidates?.[list.cursor], width).map((line) => fitParts(theme, [line], width))} />
    </Box>
  );
}

/** The whole reason of the current row, which the table may cut. */
function detailLines(candidate: PolicyCandidate | undefined, width: number): readonly string[] {
  if (candidate === undefined) return [];
  const text = `#${candidate.policy.id} ${candidate.policy.name}: ${candidate.reason}`;
  return wrapLine(cleanLine(text), width - 6)
    .slice(0, DETAIL_LINES - 1)
    .map((line) => `   ${line}`);
}

const scope = [explainRoute.id];
const current = ({ store }: ConsoleServices): PolicyCandidate | undefined =>
  store.get(explainedSlice).candidates?.[store.get(explainedListSlice).cursor];

const commands: readonly Command[] = [
  ...listCommands({
    prefix: 'explain',
    scope,
    read: (services) => ({
      list: services.store.get(explainedListSlice),
      count: services.store.get(explainedSlice).candidates?.length ?? 0,
      height: services.body().rows - HEAD_LINES - DETAIL_LINES,
    }),
    write: ({ store }, list) => store.set(explainedListSlice, list),
  }),
  {
    id: 'explain.open',
    title: 'open policy',
    keys: ['enter'],
    category: 'Policy',
    scope,
    hint: 1,
    when: (services) => current(services) !== undefined,
    run(services) {
      const candidate = current(services);
      if (candidate === undefined) return;
      services.navigation.push(policyRoute.to({ policyId: candidate.policy.id, name: candidate.policy.name }));
    },
  },
];

async function load(services: ConsoleServices, routerId: string, signal: AbortSignal): Promise<void> {
  const { store } = services;
  if (store.get(explainedSlice).routerId !== routerId) {
    store.set(explainedSlice, { routerId, candidates: null });
    store.set(explainedListSlice, LIST_START);
  }
  await keepFresh(services, `the policies of ${routerId}`, ['upgrade_policies', 'routers'], signal, async () => {
    const candidates = await explainPolicy(services.scope(), routerId);
    if (signal.aborted) return;
    store.set(explainedSlice, { routerId, candidates });
    const height = services.body().rows - HEAD_LINES - DETAIL_LINES;
    store.update(explainedListSlice, (list) => moveTo(list, list.cursor, candidates.length, height));
  });
}

export const explainScreen = defineScreen({
  route: explainRoute,
  component: ExplainScreen,
  commands,
  status({ store }) {
    const count = store.get(explainedSlice).candidates?.length ?? 0;
    return count === 0 ? '' : plural(count, 'policy', 'policies');
  },
  load: (services, { routerId }, signal) => load(services, routerId, signal),
});
