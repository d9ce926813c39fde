import postgres from 'postgres';
import { type DriverQuery, isDriverQuery } from './driver-query.ts';

/** Parts of the driver's client that would open connections of its own, past the pool. */
const FORBIDDEN = new Set<string | symbol>([
  'begin',
  'close',
  'end',
  'file',
  'largeObject',
  'listen',
  'notify',
  'reserve',
  'subscribe',
]);

/**
 * The driver's `sql`, with all its ways to write queries, that passes each query to `run` when it is awaited and never opens a
 * connection itself.
 */
export function routedSql(run: (query: DriverQuery) => void): postgres.Sql {
  return new Proxy(writer, {
    apply: (target, self, input) => {
      const made: unknown = Reflect.apply(target, self, input);
      return route(made, run);
    },
    get: (target, key): unknown => {
      if (FORBIDDEN.has(key)) throw new Error(`sql.${String(key)} is not for connections of a pool.`);
      if (key !== 'unsafe') return Reflect.get(target, key);
      return (...input: Parameters<typeof target.unsafe>): unknown => route(target.unsafe(...input), run);
    },
  });
}

function route(made: unknown, run: (query: DriverQuery) => void): unknown {
  if (isDriverQuery(made)) {
    made.handler = run;
    made.canceller = null;
  }
  return made;
}

const writerOptions = {
  host: 'none',
  max: 1,
  socket: () => {
    throw new Error('A query was not routed to a connection.');
  },
};

/** A client that only writes queries. */
const writer = postgres(writerOptions);

/** Lets `sql.array` know the array types that a session has learnt from its server. */
export function learnTypes(client: postgres.Sql): void {
  Object.assign(arrayTypesOf(writer), arrayTypesOf(client));
}

function arrayTypesOf(client: postgres.Sql): object {
  const shared: unknown = Reflect.get(client.options, 'shared');
  const map: unknown = typeof shared === 'object' && shared !== null && Reflect.get(shared, 'typeArrayMap');
  return typeof map === 'object' && map !== null ? map : {};
}
