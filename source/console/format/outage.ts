import { ago } from './age.ts';

/** Said while what is shown cannot be read anew: `PostgreSQL does not answer: as of 12 s ago.` Null: it was never read. */
export function outageText(readAt: number | null, now: number): string {
  return `PostgreSQL does not answer${readAt === null ? '' : `: as of ${ago(now - readAt)}`}.`;
}
