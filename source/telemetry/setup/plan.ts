import type { DeclaredBucket, DeclaredTask, DeclaredToken, InfluxSchema } from './influx-schema.ts';
import { type FoundBucket, type FoundTask, type FoundToken, permissionText, type ServerState } from './server-state.ts';

/** One change to the server. */
export type Step =
  | { readonly kind: 'create-bucket'; readonly bucket: DeclaredBucket }
  | { readonly kind: 'set-retention'; readonly found: FoundBucket; readonly retentionSeconds: number }
  | { readonly kind: 'create-task'; readonly task: DeclaredTask }
  | {
      readonly kind: 'change-task';
      readonly id: string;
      readonly task: DeclaredTask;
      readonly changes: readonly ('text or schedule' | 'switched on')[];
    }
  | { readonly kind: 'create-token'; readonly token: DeclaredToken }
  | { readonly kind: 'activate-token'; readonly id: string; readonly name: string }
  /** A token with our name and other rights; InfluxDB cannot change the rights of a token. */
  | { readonly kind: 'delete-token'; readonly found: FoundToken };

/** What there is on the server and stays as it is, by name. */
export interface LeftAlone {
  readonly buckets: readonly string[];
  readonly tasks: readonly string[];
  readonly tokens: readonly string[];
}

export interface SetupPlan {
  /** In the order in which they are done: tokens need the buckets, and a token is deleted after the new one is written down. */
  readonly steps: readonly Step[];
  readonly left: LeftAlone;
}

/** What has to be done so that the server is as `schema` says. No steps: it is. */
export function planSetup(schema: InfluxSchema, state: ServerState): SetupPlan {
  const tokenSteps = schema.tokens.flatMap((token) => stepsForToken(token, state.tokens));
  return {
    steps: [
      ...schema.buckets.flatMap((bucket) => stepsForBucket(bucket, state.buckets)),
      ...schema.tasks.flatMap((task) => stepsForTask(task, state.tasks)),
      ...tokenSteps.filter(({ kind }) => kind !== 'delete-token'),
      ...tokenSteps.filter(({ kind }) => kind === 'delete-token'),
    ],
    left: {
      buckets: strangers(schema.buckets, state.buckets),
      tasks: [...strangers(schema.tasks, state.tasks), ...doubles(schema.tasks, state.tasks)],
      tokens: strangers(schema.tokens, state.tokens),
    },
  };
}

function stepsForBucket(bucket: DeclaredBucket, buckets: readonly FoundBucket[]): readonly Step[] {
  const found = buckets.find(({ name }) => name === bucket.name);
  if (found === undefined) return [{ kind: 'create-bucket', bucket }];
  if (found.retentionSeconds === bucket.retentionSeconds) return [];
  return [{ kind: 'set-retention', found, retentionSeconds: bucket.retentionSeconds }];
}

function stepsForTask(task: DeclaredTask, tasks: readonly FoundTask[]): readonly Step[] {
  const [found] = named(task.name, tasks);
  if (found === undefined) return [{ kind: 'create-task', task }];
  const changes = [
    ...(found.flux === task.flux ? [] : (['text or schedule'] as const)),
    ...(found.isActive ? [] : (['switched on'] as const)),
  ];
  return changes.length === 0 ? [] : [{ kind: 'change-task', id: found.id, task, changes }];
}

function stepsForToken(token: DeclaredToken, tokens: readonly FoundToken[]): readonly Step[] {
  const wanted = token.permissions.map(({ action, bucket }) => permissionText(action, bucket)).toSorted();
  const ours = named(token.name, tokens);
  const right = ours.filter(({ permissions }) => permissions.join() === wanted.join());
  const wrong = ours.filter((found) => !right.includes(found));
  const [kept] = right;
  return [
    ...(kept === undefined ? [{ kind: 'create-token', token } as const] : []),
    ...(kept?.isActive === false ? [{ kind: 'activate-token', id: kept.id, name: token.name } as const] : []),
    ...wrong.map((found) => ({ kind: 'delete-token', found }) as const),
  ];
}

/** Tasks and tokens may share a name; the oldest comes first, so that each run means the same one. */
export function named<T extends { readonly id: string; readonly name: string }>(
  name: string,
  found: readonly T[],
): T[] {
  return found.filter((one) => one.name === name).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

interface Named {
  readonly name: string;
}

function strangers(ours: readonly Named[], found: readonly Named[]): readonly string[] {
  return found.filter(({ name }) => !ours.some((one) => one.name === name)).map(({ name }) => name);
}

/** A second task of our name does the same work twice, which harms nothing; whose it is we do not know. */
function doubles(ours: readonly Named[], found: readonly FoundTask[]): readonly string[] {
  return ours.flatMap(({ name }) =>
    named(name, found)
      .slice(1)
      .map(({ id }) => `${name} (${id})`),
  );
}
