import { benchAudit } from './audit.ts';
import { benchCollectors } from './collectors.ts';
import { benchConsole, benchHtop } from './console.ts';
import { benchConsoleWork } from './console-work.ts';
import { benchInflux } from './influx.ts';
import { startLargeFleet } from './large-fleet.ts';
import { benchMcp } from './mcp.ts';
import { benchPolicyMatch } from './policy-match.ts';
import type { Result } from './result.ts';
import { benchTelemetryWriting } from './telemetry-writing.ts';
import { benchRowSecurity } from './row-security.ts';
import { benchServe } from './serve.ts';
import { benchUpgrades } from './upgrades.ts';

const ROUTERS = 100_000;
/** What the console says on an empty fleet. */
const NO_ROUTER = 'There is no router yet';

export interface BenchOptions {
  /** How many upgrades at once. */
  readonly upgrades: number;
}

/** Every benchmark by the name that chooses it. */
export const benches: Readonly<Record<string, (options: BenchOptions) => Promise<readonly Result[]>>> = {
  audit: benchAudit,
  policies: benchPolicyMatch,
  influx: benchInflux,
  writing: benchTelemetryWriting,
  rls: benchRowSecurity,
  collect: benchCollectors,
  mcp: benchMcp,
  serve: benchServe,
  upgrades: ({ upgrades }) => benchUpgrades(upgrades),
  async console() {
    const fleet = await startLargeFleet(ROUTERS);
    try {
      const env = { ...fleet.env, NODE_ENV: 'production' };
      const command = [process.execPath, 'bin/netup-tui.js'] as const;
      const subject = {
        command,
        env,
        firstData: /ams-agg-\d+/u,
        allData: /100,000 routers(?! so far)/u,
      };
      const steps = await benchConsole(
        subject,
        { command, env: { ...fleet.emptyEnv, NODE_ENV: 'production' }, firstData: NO_ROUTER, allData: NO_ROUTER },
        {
          command: [process.execPath, 'bench/ink-table/main.ts', String(ROUTERS)],
          env,
          firstData: 'READY',
          allData: 'READY',
        },
      );
      return [...steps, ...(await benchConsoleWork(subject)), ...(await benchHtop(env))];
    } finally {
      await fleet.stop();
    }
  },
};
