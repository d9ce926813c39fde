import type { Decision } from '../model/gate.ts';
import { cleanLine } from '../model/text.ts';

const NAMES_SHOWN = 5;

/** What keeps one router out of a request. */
export interface Obstacle {
  readonly hostname: string;
  /** One clause: `cpu 84.2%, must be ≤ 80%`. */
  readonly reason: string;
}

/** The gates that do not pass, as one clause; null if all do. */
export function whyBlocked(decision: Decision): string | null {
  const gates = decision.gates.filter((gate) => gate.result !== 'pass');
  if (decision.verdict === 'approve' || gates.length === 0) return null;
  return gates.map((gate) => `${gate.id}: ${gate.actual}, must be ${gate.expected}`).join('; ');
}

/**
 * `2 of 12 routers are blocked: ams-core-01 (cpu: …), ams-leaf-13 (…). Nothing was requested.` Names some, counts the rest.
 */
export function describeObstacles(what: string, obstacles: readonly Obstacle[], total: number): string {
  const named = obstacles
    .slice(0, NAMES_SHOWN)
    .map(({ hostname, reason }) => `${cleanLine(hostname)} (${reason})`)
    .join(', ');
  const more = obstacles.length > NAMES_SHOWN ? ` and ${obstacles.length - NAMES_SHOWN} more` : '';
  const count = total === 1 ? 'The router' : `${obstacles.length} of ${total} routers`;
  const verb = obstacles.length === 1 || total === 1 ? 'is' : 'are';
  return `${count} ${verb} ${what}: ${named}${more}. Nothing was requested.`;
}
