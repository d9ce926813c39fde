import { z } from 'zod';
import { Child } from './child.ts';
import { type RunningDevice, runningSchema } from './devices.ts';
import type { WorkerQuestion } from './worker-process.ts';
import type { World } from './world.ts';

/** `PG_POOL_SIZE` as it comes, and as the documentation advises for more upgrades at once than `MANY`. */
const POOL = { usual: 10, many: 30 } as const;
const MANY = 500;

const loginSchema = z.object({ hostname: z.string(), at: z.number() });

export async function withDevices<T>(
  count: number,
  timeScale: number,
  work: (devices: readonly RunningDevice[], simulator: Child) => Promise<T>,
  onLogin: (login: z.infer<typeof loginSchema>) => void = () => undefined,
): Promise<T> {
  const simulator = new Child('./simulator-process.ts', (event) => onLogin(loginSchema.parse(event)));
  try {
    const devices = await simulator.ask({ devices: count, timeScale }, z.array(runningSchema));
    return await Promise.race([work(devices, simulator), simulator.ended]);
  } finally {
    await simulator.stop();
  }
}

export async function withWorker<T>(
  world: World,
  options: Omit<WorkerQuestion, keyof World['worker']>,
  work: (worker: Child) => Promise<T>,
  onEvent?: (event: unknown) => void,
): Promise<T> {
  const worker = new Child('./worker-process.ts', onEvent);
  try {
    const { database, key } = world.worker;
    const poolSize = options.slots > MANY ? POOL.many : POOL.usual;
    await worker.ask({ key, ...options, database: { ...database, poolSize } }, z.literal('started'));
    return await Promise.race([work(worker), worker.ended]);
  } finally {
    await worker.stop();
  }
}

export async function approveAll(world: World, ids: readonly string[]): Promise<void> {
  const left = [...ids];
  const approveSome = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) await world.approve(id);
  };
  await Promise.all(Array.from({ length: 4 }, approveSome));
}
