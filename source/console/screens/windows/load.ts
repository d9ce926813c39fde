import { readCalendar } from '../../../postgres/calendar.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import { pause } from '../../pause.ts';
import type { ConsoleServices } from '../../services.ts';
import { calendarSlice } from './state.ts';

/** So far back the calendar tells what was. */
export const PAST_DAYS = 62;

const DAY_MS = 86_400_000;
/** Upgrades that run change all the time: they are counted this often at most. */
const REST_MS = 1000;

export async function loadCalendar(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const concern = ['blackouts', 'upgrade_policies', 'upgrades', 'upgrade_plans'] as const;
  await keepFresh(services, 'the calendar', concern, signal, async () => {
    await noted(services, calendarSlice, signal, async () => {
      const now = services.context.now().getTime();
      const sources = await readCalendar(services.scope(), new Date(now - PAST_DAYS * DAY_MS));
      if (!signal.aborted) services.store.set(calendarSlice, { sources, readAt: now, failed: false });
    });
    await pause(REST_MS, signal);
  });
}
