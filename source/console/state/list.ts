/** Where the operator is in a list: the current row and the first one shown. */
export interface ListState {
  readonly cursor: number;
  readonly top: number;
}

export const LIST_START: ListState = { cursor: 0, top: 0 };

/** Moves to a row, kept inside the list, scrolling no further than is needed to show it. `height` is the rows that fit. */
export function moveTo(list: ListState, cursor: number, count: number, height: number): ListState {
  const inside = Math.max(0, Math.min(count - 1, cursor));
  const shown = Math.max(1, height);
  const lowest = Math.max(0, count - shown);
  const top = Math.max(0, Math.min(lowest, Math.max(inside - shown + 1, Math.min(list.top, inside))));
  return inside === list.cursor && top === list.top ? list : { cursor: inside, top };
}

/**
 * The current row is now at `position` because rows came, went or changed places: stays on it, and leaves it at the same height on
 * the screen where that is possible.
 */
export function follow(list: ListState, position: number, count: number, height: number): ListState {
  return moveTo({ cursor: list.cursor, top: list.top + position - list.cursor }, position, count, height);
}
