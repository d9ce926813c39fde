import { benchConsole } from './console.ts';
import { startLargeFleet } from './large-fleet.ts';
import { benchPolicyMatch } from './policy-match.ts';
import type { Result } from './result.ts';
import { benchRowSecurity } from './row-security.ts';
import { benchUpgrades } from './upgrades.ts';

const ROUTERS = 100_000;

export interface BenchOptions {
  /** How many upgrades at once. */
  readonly upgrades: number;
}

/** Every benchmark by the name that chooses it. */
export const benches: Readonly<Record<string, (options: BenchOptions) => Promise<readonly Result[]>>> = {
  policies: benchPolicyMatch,
  rls: benchRowSecurity,
  upgrades: ({ upgrades }) => benchUpgrades(upgrades),
  async console() {
    const fleet = await startLargeFleet(ROUTERS);
    try {
      const env = { ...fleet.env, NODE_ENV: 'production' };
      return await benchConsole(
        {
          command: [process.execPath, 'bin/netup-tui.js'],
          env,
          firstData: /ams-agg-\d+/u,
          allData: /100,000 routers(?! so far)/u,
        },
        {
          command: [process.execPath, 'bench/ink-table/main.ts', String(ROUTERS)],
          env,
          firstData: 'READY',
          allData: 'READY',
        },
      );
    } finally {
      await fleet.stop();
    }
  },
};
