/** How to stop what has been started, last first. */
export class Stoppers {
  readonly #steps: (() => Promise<void>)[] = [];
  #stopping: Promise<void> | null = null;

  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** Each step is taken whatever becomes of the others. Rejects with the first failure after the last step; harmless when repeated. */
  stop(): Promise<void> {
    this.#stopping ??= this.#run();
    return this.#stopping;
  }

  async #run(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).toReversed()) {
      await step().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be stopped');
  }
}
