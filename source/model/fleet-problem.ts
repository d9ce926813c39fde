import type { z } from 'zod';
import { cleanLine } from './text.ts';

/** One fault of a fleet file. */
export interface FleetProblem {
  /** Line in the file, from 1; null where the fault belongs to no line. */
  readonly line: number | null;
  /** What has the fault: `routers[3]`, or a column. */
  readonly where: string;
  /** One clause: `managementAddress is no IPv4 or IPv6 address`. */
  readonly fault: string;
}

/** Makes one clause of each issue that zod found: `hostname is no host name`, `routers is wrong: expected array`. */
export function faultsOf(error: z.ZodError): readonly string[] {
  return error.issues.map(({ path, message }) => {
    const clause = /^(?:is|has|must)\b/u.test(message)
      ? message
      : `is wrong: ${message.replace(/^Invalid input: /u, '')}`;
    return cleanLine([...path.map(String).slice(-1), clause].join(' '));
  });
}

/** `line 12: routers[3]: hostname is no host name`. */
export function describeProblem(problem: FleetProblem): string {
  const place = problem.line === null ? '' : `line ${problem.line}: `;
  return `${place}${problem.where}: ${problem.fault}`;
}
