/** Deterministic random numbers: the same seed gives the same fleet on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** One entry of a list that is not empty. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

/** The mulberry32 generator: 32 bits of state are plenty for made-up inventories. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
  };
}
