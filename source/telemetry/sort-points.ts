import type { Point } from '../model/telemetry.ts';
import { refusalOf, type Refusal } from './validate-point.ts';

/** The points to store, and how many were refused for which reason. */
export interface SortedPoints {
  readonly accepted: readonly Point[];
  readonly refused: Readonly<Record<string, number>>;
}

/** Parts good points from bad ones. `alsoRefuse` is what one store cannot take, asked only about points that are good otherwise. */
export function sortPoints(
  points: readonly Point[],
  now: number,
  alsoRefuse: (point: Point) => Refusal | null = () => null,
): SortedPoints {
  const accepted: Point[] = [];
  const refused = new Map<string, number>();
  for (const point of points) {
    const reason = refusalOf(point, now) ?? alsoRefuse(point);
    if (reason === null) accepted.push(point);
    else refused.set(reason, (refused.get(reason) ?? 0) + 1);
  }
  return { accepted, refused: Object.fromEntries(refused) };
}
