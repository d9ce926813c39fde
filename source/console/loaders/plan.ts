import type { UpgradePlan } from '../../model/upgrade-plan.ts';
import { planOfUpgrade } from '../../postgres/upgrade-plans.ts';
import { pause } from '../pause.ts';
import type { ConsoleServices } from '../services.ts';
import { defineSlice } from '../state/slice.ts';
import { keepFresh } from './keep-fresh.ts';
import { noted } from './noted.ts';

/** The plan that an upgrade on the screen goes in. */
export interface SeenPlan {
  /** Of which upgrade; empty before the first. */
  readonly upgradeId: string;
  /** Null if it goes in none, and until it is read. */
  readonly plan: UpgradePlan | null;
  /** When it was read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read it failed. */
  readonly failed: boolean;
}

export const notSeen = (upgradeId: string): SeenPlan => ({ upgradeId, plan: null, readAt: null, failed: false });

export const planSlice = defineSlice<SeenPlan>('plan', () => notSeen(''));

/** The upgrades of a plan are counted this often at most. */
const REST_MS = 500;

/** Keeps the plan of an upgrade fresh until the signal aborts. */
export async function watchPlan(services: ConsoleServices, upgradeId: string, signal: AbortSignal): Promise<void> {
  const { store, context } = services;
  // What another upgrade left must not be shown under this one's name, not even for a moment.
  if (store.get(planSlice).upgradeId !== upgradeId) store.set(planSlice, notSeen(upgradeId));
  const read = async (): Promise<void> => {
    const plan = await planOfUpgrade(services.scope(), upgradeId);
    const seen = { upgradeId, plan, readAt: context.now().getTime(), failed: false };
    if (!signal.aborted) store.set(planSlice, seen);
  };
  await keepFresh(services, `the plan of upgrade ${upgradeId}`, ['upgrades', 'upgrade_plans'], signal, async () => {
    await noted(services, planSlice, signal, read);
    await pause(REST_MS, signal);
  });
}
