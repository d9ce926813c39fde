import { setTimeout as delay } from 'node:timers/promises';
import type { CuttingProxy } from '../../test/support/cutting-proxy.ts';
import type { World } from '../upgrades/world.ts';
import type { Influxd } from './influxd.ts';
import type { Program } from './program.ts';
import type { SmallDisk } from './small-disk.ts';
import type { TypedConsole } from './typed-console.ts';

/** What can be troubled. */
export interface Stage {
  readonly world: Pick<World, 'restart'>;
  readonly influxd: Influxd;
  readonly postgresLine: CuttingProxy;
  readonly influxLine: CuttingProxy;
  /** Where the proxy to PostgreSQL leads. */
  readonly postgresAt: { host: string; port: number };
  /** The collector's spool; null where none could be mounted. */
  readonly disk: SmallDisk | null;
  readonly worker: Program;
  readonly collector: Program;
  readonly console: TypedConsole;
}

export type Trouble = (stage: Stage, random: () => number) => Promise<void>;

const from = (random: () => number, least: number, most: number): number => (least + random() * (most - least)) * 1000;

/** By name. Each is over when it resolves. */
export const TROUBLES: Readonly<Record<string, Trouble>> = {
  async 'PostgreSQL restarted'({ world, postgresLine, postgresAt }) {
    await postgresLine.cut();
    Object.assign(postgresAt, await world.restart());
    await postgresLine.mend();
  },
  async 'PostgreSQL cut off'({ postgresLine }, random) {
    await postgresLine.cut();
    await delay(from(random, 2, 20));
    await postgresLine.mend();
  },
  async 'PostgreSQL silent'({ postgresLine }, random) {
    postgresLine.fallSilent();
    await delay(from(random, 2, 12));
    await postgresLine.cut();
    await postgresLine.mend();
  },
  async 'InfluxDB killed and started'({ influxd }) {
    await influxd.crash();
  },
  async 'InfluxDB cut off'({ influxLine }, random) {
    await influxLine.cut();
    await delay(from(random, 5, 30));
    await influxLine.mend();
  },
  async 'spool disk full while InfluxDB is cut off'({ influxLine, disk }, random) {
    if (disk === null) return;
    await influxLine.cut();
    disk.fill();
    await delay(from(random, 5, 20));
    disk.empty();
    await influxLine.mend();
  },
  async 'clocks stepped'({ worker, collector, console: typed }, random) {
    // Ahead, back behind, and right again, with time to be noticed.
    for (let step = 0; step < 3; step += 1) {
      worker.stepClock();
      collector.stepClock();
      typed.stepClock();
      await delay(from(random, 4, 10));
    }
  },
};
