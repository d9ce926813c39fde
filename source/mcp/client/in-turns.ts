/** Fewer than a server lets one token have under way. */
const AT_ONCE = 4;

/** Does something with each, four at a time; what came of it, in their order. Rejects with the first failure, and begins no more then. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const left = [...items.entries()];
  const results = new Map<number, Result>();
  const next = async (): Promise<void> => {
    try {
      for (let one = left.shift(); one !== undefined; one = left.shift()) results.set(one[0], await work(one[1]));
    } catch (error) {
      left.length = 0;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
