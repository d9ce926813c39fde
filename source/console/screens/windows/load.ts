import { readCalendar, readCalendarWindows } from '../../../postgres/calendar.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import { pause } from '../../pause.ts';
import type { ConsoleServices } from '../../services.ts';
import { type Calendar, calendarSlice } from './state.ts';

/** So far back the calendar tells what was. */
export const PAST_DAYS = 62;

const DAY_MS = 86_400_000;
/** Upgrades that run change all the time: they are counted this often at most. */
const REST_MS = 1000;

/** Counting the routers of policies takes a while in a large fleet: it rests so many times that long. */
const REST = 4;

export async function loadCalendar(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const { context } = services;
  await Promise.all([
    keepFresh(services, 'the windows', ['upgrade_policies', 'routers'], signal, async () => {
      const began = performance.now();
      await noted(services, calendarSlice, signal, async () => {
        const windows = await readCalendarWindows(services.scope());
        if (!signal.aborted) take(services, { windows });
      });
      await pause(Math.max(REST_MS, (performance.now() - began) * REST), signal);
    }),
    keepFresh(services, 'the calendar', ['blackouts', 'upgrades', 'upgrade_plans'], signal, async () => {
      await noted(services, calendarSlice, signal, async () => {
        const from = new Date(context.now().getTime() - PAST_DAYS * DAY_MS);
        const others = await readCalendar(services.scope(), from);
        if (!signal.aborted) take(services, { others });
      });
      await pause(REST_MS, signal);
    }),
  ]);
}

function take({ store, context }: ConsoleServices, read: Partial<Pick<Calendar, 'windows' | 'others'>>): void {
  store.update(calendarSlice, (before): Calendar => {
    const { windows, others } = { ...before, ...read };
    const sources = windows === null || others === null ? null : { ...others, windows };
    return { windows, others, sources, readAt: context.now().getTime(), failed: false };
  });
}
