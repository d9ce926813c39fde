/**
 * What changes in a router as time passes. Times are milliseconds since the epoch, by the router's clock; the same time always has the same
 * figures, so that what a router would have said earlier can be worked out later.
 */
export interface Vitals {
  /** Percent of the processor. */
  load(at: number): number;
  /** Percent of the memory in use. */
  memoryUsed(at: number): number;
  celsius(at: number): number;
  /** Bytes through an interface since some time long ago: only grows. */
  octets(index: number, way: 'in' | 'out', at: number): number;
  /** Received packets with errors of an interface since some time long ago: only grows. */
  errors(index: number, at: number): number;
  /** The part that does not work, on platforms that have it. */
  readonly broken: 'fan' | 'supply' | null;
}
