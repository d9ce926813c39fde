import type { Metric } from '../../model/metrics-text.ts';

/** What a process tells those who watch it. Neither rejects, nor takes longer than a few seconds. */
export interface Monitor {
  metrics(): Promise<readonly Metric[]>;
  /** By what is looked at: null if it is as it should be, else why it is not, in a few fixed words without secrets. */
  readiness(): Promise<Readonly<Record<string, string | null>>>;
}
