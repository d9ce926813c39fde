/** A block of lines that is on the screen already, some rows further down or up. */
export interface Shift {
  /** First and last row of what has to move: both the block's old rows and its new ones. */
  readonly top: number;
  readonly bottom: number;
  /** How far the block goes up; negative: down. */
  readonly by: number;
}

/** Fewer lines are sooner written than moved. */
const FEWEST = 3;

/** The block whose lines all changed places by the same number of rows, if there is one that is worth moving. */
export function findShift(previous: readonly string[], next: readonly string[]): Shift | null {
  const places = onlyPlaces(previous);
  const votes = new Map<number, { count: number; first: number; last: number }>();
  next.forEach((line, row) => {
    const place = places.get(line);
    if (place === undefined || place < 0 || place === row) return;
    const by = place - row;
    const vote = votes.get(by) ?? { count: 0, first: row, last: row };
    votes.set(by, { count: vote.count + 1, first: vote.first, last: row });
  });
  let best: Shift | null = null;
  let most = FEWEST - 1;
  for (const [by, { count, first, last }] of votes) {
    if (count <= most) continue;
    most = count;
    best = { top: Math.min(first, first + by), bottom: Math.max(last, last + by), by };
  }
  // What stays where it is inside of the block would be moved away, and be written again.
  return best !== null && most > staying(previous, next, best) ? best : null;
}

/** Where each line is; -1 if it is in more than one place, as blank ones are. */
function onlyPlaces(lines: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  lines.forEach((line, row) => places.set(line, places.has(line) ? -1 : row));
  return places;
}

function staying(previous: readonly string[], next: readonly string[], { top, bottom }: Shift): number {
  let count = 0;
  for (let row = top; row <= bottom; row += 1) if (previous[row] === next[row] && next[row] !== '') count += 1;
  return count;
}

/** The lines on the screen after the move. */
export function shifted(lines: readonly string[], { top, bottom, by }: Shift): readonly string[] {
  return lines.map((line, row) => {
    if (row < top || row > bottom) return line;
    const from = row + by;
    return from < top || from > bottom ? '' : (lines[from] ?? '');
  });
}
