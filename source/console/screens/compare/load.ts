import { isDeepStrictEqual } from 'node:util';
import type { HistorySubject, InterfaceReading } from '../../../model/telemetry.ts';
import { listUpgradeChecks } from '../../../postgres/upgrade-checks.ts';
import { getUpgrade } from '../../../postgres/upgrades.ts';
import type { TimeWindow } from '../../../telemetry/store.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import type { ConsoleServices } from '../../services.ts';
import { type Compared, errorsOf, measured, type Measured } from './figures.ts';
import { type Spans, spansOf } from './spans.ts';
import {
  type ComparedUpgrade,
  comparedFiguresSlice,
  comparedUpgradeSlice,
  compareScrollSlice,
  compareSpanSlice,
  keyOf,
  noFigures,
  noUpgrade,
} from './state.ts';

/** Cells of the small charts. */
const STEPS = 12;
/** Interfaces that are read: each costs four questions. */
const MOST_INTERFACES = 8;

/** Keeps both halves fresh: what the steps recorded, and what telemetry measured. */
export async function loadComparison(services: ConsoleServices, upgradeId: string, signal: AbortSignal): Promise<void> {
  const { store } = services;
  if (store.get(comparedUpgradeSlice).upgradeId !== upgradeId) {
    store.set(comparedUpgradeSlice, noUpgrade(upgradeId));
    store.set(compareScrollSlice, 0);
  }
  const tables = ['upgrades', 'upgrade_steps', 'upgrade_checks'] as const;
  await Promise.all([
    keepFresh(services, `comparison of upgrade ${upgradeId}`, tables, signal, () =>
      noted(services, comparedUpgradeSlice, signal, () => readUpgrade(services, upgradeId, signal)),
    ),
    keepFigures(services, upgradeId, signal),
  ]);
}

async function readUpgrade(services: ConsoleServices, upgradeId: string, signal: AbortSignal): Promise<void> {
  const scope = services.scope();
  const [upgrade, checks] = await Promise.all([getUpgrade(scope, upgradeId), listUpgradeChecks(scope, upgradeId)]);
  if (signal.aborted) return;
  const state: ComparedUpgrade['state'] = upgrade === null ? 'missing' : 'here';
  const readAt = services.context.now().getTime();
  services.store.update(comparedUpgradeSlice, (before) => ({
    upgradeId,
    // The same one for as long as nothing changed: its figures are read anew for another.
    upgrade: isDeepStrictEqual(before.upgrade, upgrade) ? before.upgrade : upgrade,
    checks,
    state,
    readAt,
    failed: false,
  }));
}

/** Read anew when the upgrade moves on, and when another span is chosen. */
async function keepFigures(services: ConsoleServices, upgradeId: string, signal: AbortSignal): Promise<void> {
  const { store } = services;
  while (!signal.aborted) {
    const span = store.get(compareSpanSlice);
    const { upgrade } = store.get(comparedUpgradeSlice);
    const key = keyOf(upgradeId, span);
    if (store.get(comparedFiguresSlice).key !== key) store.set(comparedFiguresSlice, noFigures(key));
    const other = new AbortController();
    const unsubscribe = store.subscribe(() => {
      if (store.get(compareSpanSlice) !== span || store.get(comparedUpgradeSlice).upgrade !== upgrade) other.abort();
    });
    const until = AbortSignal.any([signal, other.signal]);
    await keepFresh(services, `figures of upgrade ${upgradeId}`, [], until, () =>
      noted(services, comparedFiguresSlice, until, async () => {
        if (upgrade?.id !== upgradeId) return;
        const now = services.context.now().getTime();
        const spans = spansOf(upgrade, span, now);
        const read = typeof spans === 'string' ? nothing : await readFigures(services, upgrade.routerId, spans);
        if (!until.aborted) store.set(comparedFiguresSlice, { key, spans, ...read, readAt: now, failed: false });
      }),
    );
    unsubscribe();
  }
}

const nothing = { router: [], interfaces: [], interfaceCount: 0 } as const;

async function readFigures(services: ConsoleServices, routerId: string, spans: Spans) {
  const both = bothSpans(services, routerId, spans);
  const [cpu, memory, errors, interfaces] = await Promise.all([
    both('cpu'),
    both('memory'),
    both('errors'),
    readInterfaces(services, routerId, spans),
  ]);
  const router: readonly Compared[] = [
    { name: 'CPU, mean', unit: 'percent', worse: 'higher', ...cpu('mean') },
    { name: 'CPU, greatest', unit: 'percent', worse: 'higher', ...cpu('greatest') },
    { name: 'free memory, mean', unit: 'percent', worse: 'lower', ...memory('mean') },
    { name: 'free memory, least', unit: 'percent', worse: 'lower', ...memory('least') },
    { name: 'critical errors', unit: 'count', worse: 'higher', ...errors('total') },
  ];
  const busiest = interfaces.slice(0, MOST_INTERFACES);
  const lines = await Promise.all(
    busiest.map(async ({ name, before, after }): Promise<readonly Compared[]> => {
      const [into, out] = await Promise.all([
        both({ interfaceName: name, figure: 'in' }),
        both({ interfaceName: name, figure: 'out' }),
      ]);
      return [
        { name: `${name} in`, unit: 'rate', worse: null, ...into('mean') },
        { name: `${name} out`, unit: 'rate', worse: null, ...out('mean') },
        { name: `${name} errors`, unit: 'count', worse: 'higher', before: errorsOf(before), after: errorsOf(after) },
      ];
    }),
  );
  return { router, interfaces: lines.flat(), interfaceCount: interfaces.length };
}

type How = Parameters<typeof measured>[1];
type Pair = (how: How) => { readonly before: Measured; readonly after: Measured };

/** Reads a figure in both spans. */
function bothSpans({ context, membership }: ConsoleServices, routerId: string, { before, after }: Spans) {
  const { organizationId } = membership();
  return async (subject: HistorySubject): Promise<Pair> => {
    const read = (window: TimeWindow) => context.telemetry.history(organizationId, routerId, subject, window, STEPS);
    const [earlier, later] = await Promise.all([read(before), after === null ? null : read(after)]);
    return (how) => ({
      before: measured(earlier, how, before),
      after: measured(later, how, after ?? before),
    });
  };
}

interface InterfaceInBoth {
  readonly name: string;
  readonly before: InterfaceReading | undefined;
  readonly after: InterfaceReading | undefined;
}

/** All interfaces of both spans, the busiest first. */
async function readInterfaces(
  { context, membership }: ConsoleServices,
  routerId: string,
  { before, after }: Spans,
): Promise<readonly InterfaceInBoth[]> {
  const { organizationId } = membership();
  const [earlier, later] = await Promise.all([
    context.telemetry.interfaces(organizationId, routerId, before),
    after === null ? [] : context.telemetry.interfaces(organizationId, routerId, after),
  ]);
  const names = [...new Set([...earlier, ...later].map(({ name }) => name))];
  const busy = (reading: InterfaceReading | undefined): number =>
    (reading?.inBytesPerSecond ?? 0) + (reading?.outBytesPerSecond ?? 0);
  return names
    .map((name) => ({
      name,
      before: earlier.find((one) => one.name === name),
      after: later.find((one) => one.name === name),
    }))
    .toSorted((one, other) => busy(other.before) + busy(other.after) - busy(one.before) - busy(one.after));
}
