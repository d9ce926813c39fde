import { pause } from './pause.ts';
import type { Loader } from './application.ts';
import type { ConsoleServices } from './services.ts';
import { connectionsSlice, type Connections } from './state/connections.ts';

const EVERY_MS = 5000;
const WHILE_DOWN_MS = 1000;
/** A database that has not answered by then counts as down. */
const PATIENCE_MS = 4000;

/** Asks both databases how they are, and keeps the answer for the header. */
export const watchConnections: Loader = {
  id: 'connections',
  async start(services, signal) {
    const { database, telemetry } = services.context;
    await Promise.all([
      watch('postgres', () => database.ping(), services, signal),
      watch('telemetry', () => telemetry.ping(), services, signal),
    ]);
  },
};

async function watch(
  name: keyof Connections,
  ping: () => Promise<number>,
  { store, context }: ConsoleServices,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const before = store.get(connectionsSlice)[name];
    const roundTripMs = await Promise.race([
      ping().then(Math.round, () => null),
      pause(PATIENCE_MS, signal).then(() => null),
    ]);
    if (signal.aborted) return;
    const next =
      roundTripMs === null
        ? ({ ...before, state: 'down' } as const)
        : ({ state: 'up', roundTripMs, lastAnswerAt: context.now().getTime() } as const);
    if (next.state !== before.state) context.log.info(`console: ${name} is ${next.state}`);
    store.update(connectionsSlice, (all) => ({ ...all, [name]: next }));
    await pause(next.state === 'up' ? EVERY_MS : WHILE_DOWN_MS, signal);
  }
}
