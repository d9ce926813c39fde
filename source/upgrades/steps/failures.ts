import type { Check } from '../../model/upgrade-run.ts';

/** One sentence for each check that stops an upgrade; null if none does. */
export function failures(checks: readonly Check[]): string | null {
  const stopping = checks.filter(({ status }) => status === 'fail' || status === 'unknown');
  if (stopping.length === 0) return null;
  return stopping
    .map(({ name, expected, actual, action }) => `${name}: ${actual}, where ${expected} is needed. ${action}`.trim())
    .join(' ');
}
