import { DatabaseUnavailable } from '../postgres/database-unavailable.ts';
import { UpgradeRefused } from './errors.ts';
import type { DecisionOutcome } from './run-decision.ts';

/** What became of many decisions, each of them a transaction of its own. */
export interface ManyDecided {
  readonly decided: readonly DecisionOutcome[];
  /** Those that were not carried out, and why: somebody else may have been faster. */
  readonly refused: readonly { readonly upgradeId: string; readonly reason: string }[];
  /** Why it ended early, and how many were not tried; null if all were. */
  readonly stopped: { readonly reason: string; readonly untried: number } | null;
}

export interface ManyOptions {
  /** Aborted: no further one is begun. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/**
 * Takes the same decision on one upgrade after the other. One that is refused does not keep the others from it; a database that does not
 * answer does, and whether the one under way was decided is not known then.
 */
export async function decideMany(
  upgradeIds: readonly string[],
  decide: (upgradeId: string) => Promise<DecisionOutcome>,
  { signal, onProgress }: ManyOptions,
): Promise<ManyDecided> {
  const decided: DecisionOutcome[] = [];
  const refused: { upgradeId: string; reason: string }[] = [];
  for (const [index, upgradeId] of upgradeIds.entries()) {
    const left = upgradeIds.length - index;
    if (signal.aborted) return { decided, refused, stopped: { reason: 'It was stopped.', untried: left } };
    try {
      decided.push(await decide(upgradeId));
    } catch (error) {
      if (error instanceof UpgradeRefused) refused.push({ upgradeId, reason: error.message });
      else if (error instanceof DatabaseUnavailable) {
        const reason = `${error.message} Whether upgrade ${upgradeId} was decided is not known.`;
        return { decided, refused, stopped: { reason, untried: left - 1 } };
      } else throw error;
    }
    onProgress(index + 1);
  }
  return { decided, refused, stopped: null };
}
