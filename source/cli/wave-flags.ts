import { UserError } from '../config/user-error.ts';
import { PLAN_NUMBERS, WAVES_FORM, whyNoPlanNumber } from '../model/plan-numbers.ts';
import { parseWaves } from '../model/waves.ts';
import type { UpgradeRequest } from '../upgrades/request.ts';

/** The flags of a request in waves. */
export const WAVE_FLAGS = {
  waves: {
    type: 'string',
    placeholder: 'LIST',
    help: 'in waves, the routers in their order: how many each, or how far in percent, such as 1,10%,50%,100%',
  },
  pause: { type: 'number', placeholder: 'MINUTES', help: 'between a wave and the next (default 30)' },
  successRate: { type: 'number', placeholder: 'PERCENT', help: 'of a wave, for the next to open (default 100)' },
  stopAfter: { type: 'number', placeholder: 'N', help: 'failures after which nothing more begins (default 1)' },
  approveWaves: { type: 'boolean', help: 'somebody has to approve each wave after the first' },
} as const;

interface Given {
  readonly waves?: string | undefined;
  readonly pause?: number | undefined;
  readonly successRate?: number | undefined;
  readonly stopAfter?: number | undefined;
  readonly approveWaves?: boolean | undefined;
}

/** The plan that the flags describe; null without waves. Throws a `UserError` with exit code 2. */
export function readPlan(flags: Given): NonNullable<UpgradeRequest['plan']> | null {
  const { waves: text, approveWaves } = flags;
  if (text === undefined) {
    const lone = [flags.pause, flags.successRate, flags.stopAfter].some((value) => value !== undefined);
    if (lone || approveWaves === true)
      wrong('--pause, --success-rate, --stop-after and --approve-waves go with --waves.');
    return null;
  }
  const waves = parseWaves(text) ?? wrong(`--waves must be ${WAVES_FORM}.`);
  return {
    waves,
    pauseMinutes: whole('--pause', 'pauseMinutes', flags.pause),
    successRate: whole('--success-rate', 'successRate', flags.successRate),
    stopAfter: whole('--stop-after', 'stopAfter', flags.stopAfter),
    approveWaves: approveWaves === true,
  };
}

function whole(flag: string, name: keyof typeof PLAN_NUMBERS, given: number | undefined): number {
  const value = given ?? PLAN_NUMBERS[name].usual;
  const fault = whyNoPlanNumber(name, value);
  return fault === null ? value : wrong(`${flag} ${fault}.`);
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui upgrades request: ${fault}`, { exitCode: 2 });
}
