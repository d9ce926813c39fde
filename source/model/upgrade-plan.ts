export const PLAN_STATES = ['active', 'waiting', 'stopped', 'done'] as const;

export type PlanState = (typeof PLAN_STATES)[number];

/** When the next wave opens, and when nothing more begins. */
export interface PlanRules {
  readonly pauseMinutes: number;
  /** Percent of a wave's upgrades that must succeed. */
  readonly successRate: number;
  /** Failures after which the plan is stopped; null: only the rate decides. */
  readonly stopAfter: number | null;
  /** Somebody has to approve each wave after the first. */
  readonly approveWaves: boolean;
}

/** How the upgrades of a wave stand. */
export interface WaveCount {
  readonly wave: number;
  readonly total: number;
  /** Not over. */
  readonly open: number;
  /** Of these, running or held. */
  readonly begun: number;
  readonly succeeded: number;
  /** Failed or rolled back. */
  readonly failed: number;
}

/** Upgrades of one request that go in waves. */
export interface UpgradePlan extends PlanRules {
  readonly id: string;
  readonly waves: number;
  readonly state: PlanState;
  /** One sentence on why it waits or is stopped. */
  readonly reason: string | null;
  /** Its upgrades and those of the waves before may begin. */
  readonly openWave: number;
  /** Since when the open wave is over; null while it is not. */
  readonly waveOverAt: Date | null;
  /** What somebody accepted when they let it go on. */
  readonly acceptedFailures: number;
  readonly acceptedWave: number;
  readonly approvedWave: number;
  /** Operator id. */
  readonly requestedById: string;
  readonly counts: readonly WaveCount[];
}

/** What has to become of an active plan. */
export type PlanChange =
  | { readonly state: 'done' }
  | { readonly state: 'stopped' | 'waiting'; readonly reason: string }
  | { readonly state: 'active'; readonly openWave: number }
  | { readonly state: 'active'; readonly waveOverAt: Date };

/** What an active plan comes to; null if it goes on as it is. To be asked again after each change. */
export function nextOfPlan(plan: UpgradePlan, now: Date): PlanChange | null {
  if (plan.state !== 'active') return null;
  if (plan.counts.every(({ open }) => open === 0)) return { state: 'done' };
  const failures = failuresOf(plan) - plan.acceptedFailures;
  if (plan.stopAfter !== null && failures >= plan.stopAfter) {
    return { state: 'stopped', reason: `${failures === 1 ? '1 upgrade' : `${failures} upgrades`} failed.` };
  }
  const { openWave } = plan;
  const wave = plan.counts.find((count) => count.wave === openWave);
  if (wave === undefined || wave.open > 0) return null;
  const tooFew = openWave > plan.acceptedWave ? whyTooFew(wave, plan.successRate) : null;
  if (tooFew !== null) return { state: 'stopped', reason: tooFew };
  if (plan.waveOverAt === null) return { state: 'active', waveOverAt: now };
  if (now.getTime() < plan.waveOverAt.getTime() + plan.pauseMinutes * 60_000) return null;
  if (plan.approveWaves && openWave > plan.approvedWave) {
    const done = `Wave ${openWave} is done: ${wave.succeeded} of ${wave.total} succeeded.`;
    return { state: 'waiting', reason: `${done} Wave ${openWave + 1} waits for somebody to approve it.` };
  }
  return { state: 'active', openWave: openWave + 1 };
}

/** Upgrades of a plan that failed or were rolled back. */
export function failuresOf({ counts }: Pick<UpgradePlan, 'counts'>): number {
  return counts.reduce((sum, { failed }) => sum + failed, 0);
}

function whyTooFew({ wave, succeeded, failed }: WaveCount, needed: number): string | null {
  const ended = succeeded + failed;
  if (ended === 0) return `Nothing of wave ${wave} was carried out, so it shows nothing for wave ${wave + 1}.`;
  if (succeeded * 100 >= needed * ended) return null;
  return `${succeeded} of ${ended} upgrades of wave ${wave} succeeded; ${needed}% must.`;
}
