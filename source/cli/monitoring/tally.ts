import type { Metric, Sample } from '../../model/metrics-text.ts';

/** Counts by labels. Only for labels from a fixed list: each combination that was seen is kept for good. */
export class Tally {
  readonly #counts = new Map<string, { readonly labels: Readonly<Record<string, string>>; value: number }>();

  add(labels: Readonly<Record<string, string>>, value = 1): void {
    const key = Object.values(labels).join('\n');
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { labels, value });
    else known.value += value;
  }

  metric(name: string, help: string): Metric {
    const samples: readonly Sample[] = [...this.#counts.values()].map(({ labels, value }) => ({ labels, value }));
    return { name, help, type: 'counter', samples };
  }
}
