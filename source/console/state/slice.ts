/** A named part of the state, with a value of its own in every store. Made by {@link defineSlice}. */
export interface Slice<T> {
  readonly name: string;
  /** False: the value belongs to one organization and is forgotten when the operator switches to another. */
  readonly keep: boolean;
  readonly read: (owner: object) => T;
  readonly write: (owner: object, value: T) => void;
  readonly forget: (owner: object) => void;
}

/**
 * Declares a part of the state. `initial` is called once for each store, and again after each switch of organization, unless
 * `keep` says that the value has nothing to do with an organization.
 */
export function defineSlice<T>(name: string, initial: () => T, options: { readonly keep?: boolean } = {}): Slice<T> {
  const values = new WeakMap<object, { value: T }>();
  const cellOf = (owner: object): { value: T } => {
    const found = values.get(owner);
    if (found !== undefined) return found;
    const cell = { value: initial() };
    values.set(owner, cell);
    return cell;
  };
  return {
    name,
    keep: options.keep ?? false,
    read: (owner) => cellOf(owner).value,
    write(owner, value) {
      cellOf(owner).value = value;
    },
    forget(owner) {
      values.delete(owner);
    },
  };
}
