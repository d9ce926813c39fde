import { reportFailure } from '../../commands/run-command.ts';
import { cleanLine } from '../../../model/text.ts';
import { decideMany, type ManyDecided } from '../../../upgrades/decide-many.ts';
import type { DecisionOutcome } from '../../../upgrades/run-decision.ts';
import { formatCount, plural } from '../../format/numbers.ts';
import type { ConsoleServices } from '../../services.ts';
import type { DialogLine } from '../../state/dialogs.ts';
import type { Slice } from '../../state/slice.ts';
import { type Deciding, decidingSlice } from './state.ts';

/** How a decision on many is told, and where its upgrades are marked. */
export interface ManyWords {
  /** `Approving`. */
  readonly verb: string;
  /** `approved`. */
  readonly done: string;
  /** Ids of the marked ones: those that are decided are marked no more. */
  readonly marks: Slice<ReadonlySet<string>>;
}

/** Takes the decisions in the background, with progress on the screen, and tells what became of them when all are taken or somebody stopped it. */
export function runMany(
  services: ConsoleServices,
  words: ManyWords,
  upgrades: readonly { readonly id: string }[],
  decide: (upgradeId: string) => Promise<DecisionOutcome>,
): void {
  const { store } = services;
  const stop = new AbortController();
  const total = upgrades.length;
  const onProgress = (done: number): void =>
    store.set<Deciding | null>(decidingSlice, { verb: words.verb, done, total, stop: () => stop.abort() });
  onProgress(0);
  const ids = upgrades.map(({ id }) => id);
  decideMany(ids, decide, { signal: stop.signal, onProgress })
    .then((outcome) => tellMany(services, words, outcome))
    .catch((error: unknown) => reportFailure(services, words.verb, error))
    .finally(() => store.set<Deciding | null>(decidingSlice, null));
}

function tellMany(
  services: ConsoleServices,
  { done, marks: marksSlice }: ManyWords,
  { decided, refused, stopped }: ManyDecided,
): void {
  const { store } = services;
  const gone = new Set(decided.map(({ upgradeId }) => upgradeId));
  store.update(marksSlice, (marks) => new Set([...marks].filter((id) => !gone.has(id))));
  const first = decided.filter(({ status }) => status === 'pending').length;
  const waits = first === 0 ? '' : ` ${formatCount(first)} of them wait for a second approver.`;
  const result = `${plural(decided.length, 'upgrade is', 'upgrades are')} ${done}.${waits}`;
  if (refused.length === 0 && stopped === null) {
    services.notify('good', result);
    return;
  }
  const lines: readonly DialogLine[] = [
    result,
    ...(stopped === null
      ? []
      : ([
          { tone: 'bad', text: `${cleanLine(stopped.reason)} ${formatCount(stopped.untried)} were not tried.` },
        ] as const)),
    ...(refused.length === 0 ? [] : ['', `${formatCount(refused.length)} not:`]),
    ...refused.map(({ reason }) => cleanLine(reason)),
  ];
  services.dialogs.open({ title: `${formatCount(decided.length)} ${done}`, tone: 'warn', lines });
}
