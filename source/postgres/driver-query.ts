/**
 * What we use of the driver's own query object (postgres 3.4, `src/query.js`). A query is lazy: when it is awaited for the
 * first time it passes itself to its `handler`, which sends it and later calls `resolve` or `reject`. Replacing the handler is how we
 * choose the connection that a query runs on; everything else about queries stays the driver's.
 */
export interface DriverQuery {
  handler: (query: DriverQuery) => unknown;
  canceller: unknown;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/** True for a query or a fragment of one; false for the driver's other helpers, such as `sql('column')`. */
export function isDriverQuery(value: unknown): value is DriverQuery {
  return (
    value instanceof Promise &&
    'handler' in value &&
    typeof value.handler === 'function' &&
    'canceller' in value &&
    'resolve' in value &&
    'reject' in value
  );
}

/** Queries that keep a connection to themselves beyond their answer. `DECLARE`, `FETCH` and arrays of rows do without them. */
export function isStreaming(query: DriverQuery): boolean {
  const truthy = (key: string): boolean => Boolean(Reflect.get(query, key));
  return truthy('cursorFn') || truthy('streaming') || truthy('onlyDescribe');
}
