import type { Completion } from '../../model/filter/complete.ts';
import type { FilterFault } from '../../model/filter/terms.ts';
import type { ConsoleServices } from '../services.ts';

/** A word of the command line that takes something after it: `router ams-core-01`. */
export interface Word {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What follows, for the help: `HOST`. */
  readonly operands: string;
  readonly purpose: string;
  /** Changes something: not there in read-only mode. */
  readonly dangerous?: boolean;
  /** What could go on from the operands before the cursor. Places count from the start of the operands. */
  readonly complete?: (services: ConsoleServices, before: string) => Completion;
  /** Does it; what is wrong with the operands, and where. */
  readonly run: (services: ConsoleServices, operands: string) => FilterFault | null;
}

/** The candidates that begin with what is written; then those that hold it. */
export function completeFrom(before: string, candidates: Iterable<string>, most = 50): Completion {
  const written = before.toLowerCase();
  const first: string[] = [];
  const others: string[] = [];
  for (const each of candidates) {
    const at = each.toLowerCase().indexOf(written);
    if (at === 0 && each.length > before.length) first.push(each);
    else if (at > 0 && others.length < most) others.push(each);
    if (first.length >= most) break;
  }
  return { from: 0, candidates: [...first.toSorted(), ...others.toSorted()].slice(0, most) };
}
