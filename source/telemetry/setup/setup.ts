import type { InfluxAdminSettings } from '../../config/influx-admin.ts';
import { UserError } from '../../config/user-error.ts';
import { applyStep, type IssuedToken } from './apply-step.ts';
import { type InfluxAdmin, isEmptyServer, loginMissing, openInfluxAdmin, setUpEmptyServer } from './influx-admin.ts';
import type { InfluxSchema } from './influx-schema.ts';
import { hasOlderPoints } from './older-points.ts';
import { named, planSetup, type SetupPlan, type Step } from './plan.ts';
import { readState } from './read-state.ts';
import { NOTHING, type ServerState } from './server-state.ts';

/** What there is, and what has to be done. */
export interface Survey {
  /** True: the server has no user yet, and gets its first one before anything else. */
  readonly isEmpty: boolean;
  readonly state: ServerState;
  readonly plan: SetupPlan;
  /** Buckets that would lose points, since they are to be kept for a shorter time. */
  readonly losing: readonly string[];
}

/** Looks at the server and changes nothing. */
export async function surveyServer(settings: InfluxAdminSettings, schema: InfluxSchema, now: number): Promise<Survey> {
  if (await isEmptyServer(settings)) {
    if (settings.login === null) throw new UserError(loginMissing(settings));
    return { isEmpty: true, state: NOTHING, plan: planSetup(schema, NOTHING), losing: [] };
  }
  return asAdmin(settings, async (admin) => {
    const state = await readState(admin);
    const plan = planSetup(schema, state);
    return { isEmpty: false, state, plan, losing: await losingBuckets(admin, plan.steps, now) };
  });
}

export interface Applying {
  readonly onStep: (step: Step) => void;
  /** Takes the new tokens, once, before the tokens that they replace are deleted; nobody tells their values again. */
  readonly deliver: (issued: readonly IssuedToken[]) => void;
}

/** Does what the survey found to be done. Where it breaks off, the next survey finds the rest. */
export async function applySetup(
  settings: InfluxAdminSettings,
  schema: InfluxSchema,
  { isEmpty, plan }: Survey,
  applying: Applying,
): Promise<void> {
  const [first] = schema.buckets;
  if (isEmpty && first !== undefined) await setUpEmptyServer(settings, first);
  await asAdmin(settings, async (admin) => {
    // The first user comes with a bucket.
    const { steps } = isEmpty ? planSetup(schema, await readState(admin)) : plan;
    await applySteps(admin, steps, applying);
  });
}

/** The values of the declared tokens that are there. Throws a `UserError` where the server does not tell one. */
export function presentTokens(schema: InfluxSchema, { state, plan }: Survey): readonly IssuedToken[] {
  const replaced = new Set(plan.steps.flatMap((step) => (step.kind === 'delete-token' ? [step.found.id] : [])));
  return schema.tokens.flatMap(({ name }) => {
    const found = named(name, state.tokens).find(({ id }) => !replaced.has(id));
    if (found === undefined) return [];
    if (found.value !== null) return [{ name, value: found.value }];
    throw new UserError(`InfluxDB does not tell the token ${name} again; delete it there, and run this for a new one.`);
  });
}

async function applySteps(admin: InfluxAdmin, steps: readonly Step[], { onStep, deliver }: Applying): Promise<void> {
  const issued: IssuedToken[] = [];
  const perform = async (step: Step): Promise<void> => {
    onStep(step);
    const token = await applyStep(admin, step);
    if (token !== null) issued.push(token);
  };
  try {
    for (const step of steps) if (step.kind !== 'delete-token') await perform(step);
  } finally {
    deliver(issued);
  }
  for (const step of steps) if (step.kind === 'delete-token') await perform(step);
}

async function losingBuckets(admin: InfluxAdmin, steps: readonly Step[], now: number): Promise<readonly string[]> {
  const losing: string[] = [];
  for (const step of steps) {
    if (step.kind !== 'set-retention') continue;
    const { found, retentionSeconds } = step;
    const isShorter = found.retentionSeconds === 0 || retentionSeconds < found.retentionSeconds;
    if (isShorter && (await hasOlderPoints(admin, found.name, retentionSeconds, now))) losing.push(found.name);
  }
  return losing;
}

async function asAdmin<T>(settings: InfluxAdminSettings, work: (admin: InfluxAdmin) => Promise<T>): Promise<T> {
  const admin = await openInfluxAdmin(settings);
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}
