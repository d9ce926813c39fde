import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import type { ConsoleServices } from '../../services.ts';
import { CHART_WINDOWS, type ChartWindow, chartWindowSlice, noCharts, routerChartsSlice } from './chart-state.ts';

/** Keeps the charts of a router fresh, for the window that is chosen at the time. `id` is what telemetry knows the router by. */
export async function keepCharts(
  services: ConsoleServices,
  routerId: string,
  id: Promise<string | null>,
  signal: AbortSignal,
): Promise<void> {
  const { store } = services;
  while (!signal.aborted) {
    const window = store.get(chartWindowSlice);
    const chosen = new AbortController();
    const unsubscribe = store.subscribe(() => {
      if (store.get(chartWindowSlice) !== window) chosen.abort();
    });
    const until = AbortSignal.any([signal, chosen.signal]);
    // A line of another window must not be shown under this one's heading, not even for a moment.
    if (store.get(routerChartsSlice).window !== window) store.set(routerChartsSlice, noCharts(routerId, window));
    await keepFresh(services, `charts of ${routerId}`, [], until, () =>
      noted(services, routerChartsSlice, until, async () => {
        const routerKey = await id;
        // Whoever chooses another window does not wait for the answer for this one.
        if (routerKey !== null) await Promise.race([readCharts(services, routerKey, window, until), aborted(until)]);
      }),
    );
    unsubscribe();
  }
}

async function readCharts(
  { context, store, membership }: ConsoleServices,
  id: string,
  window: ChartWindow,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const { telemetry } = context;
  const { organizationId } = membership();
  const { ms, steps } = CHART_WINDOWS[window];
  const now = context.now().getTime();
  // Whole minutes, so that a point is in the same step at every reading and the line does not tremble.
  const end = Math.ceil(now / 60_000) * 60_000;
  const [cpu, memory] = await Promise.all([
    telemetry.history(organizationId, id, 'cpu', { start: end - ms, end }, steps),
    telemetry.history(organizationId, id, 'memory', { start: end - ms, end }, steps),
  ]);
  if (signal.aborted) return;
  // What is the same stays the same, so that nothing is drawn anew for it.
  store.update(routerChartsSlice, (before) => ({
    ...before,
    cpu: isDeepStrictEqual(before.cpu, cpu) ? before.cpu : cpu,
    memory: isDeepStrictEqual(before.memory, memory) ? before.memory : memory,
    readAt: now,
    failed: false,
  }));
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
