import { flux, type ParameterizedQuery } from '@influxdata/influxdb-client';
import type { FieldName } from '../../model/measurements/definitions.ts';
import type { InterfaceReading } from '../../model/telemetry.ts';
import { read, type Scope, together } from './flux-parts.ts';
import type { FluxRow } from './rows.ts';

/** The newest value of each field of each interface, and the errors of the window. */
export function interfacesQuery(scope: Scope): ParameterizedQuery {
  const newest = read(scope, 'interfaces', 'in_bytes_rate', 'out_bytes_rate', 'admin_status', 'oper_status');
  const errors = read(scope, 'interfaces', 'error_count');
  // Fields are of two types, which one table cannot hold: they stay grouped by field.
  return together([
    flux`${newest} |> last() |> keep(columns: ["interface_name", "_field", "_value", "_time"]) |> yield(name: "last")`,
    flux`${errors} |> sum() |> group() |> keep(columns: ["interface_name", "_value"]) |> yield(name: "errors")`,
  ]);
}

interface Gathered {
  errors: number | null;
  readonly newest: Map<string, { readonly value: number; readonly at: number }>;
}

/** Puts the rows of the answer to {@link interfacesQuery} together, a reading for each interface. */
export class InterfaceCollector {
  readonly #byName = new Map<string, Gathered>();

  add(row: FluxRow): void {
    const name = row.text('interface_name');
    const gathered = this.#byName.get(name) ?? { errors: null, newest: new Map() };
    this.#byName.set(name, gathered);
    if (row.result === 'errors') {
      gathered.errors = (gathered.errors ?? 0) + row.number('_value');
      return;
    }
    const field = row.text('_field');
    const at = row.time('_time');
    if (at >= (gathered.newest.get(field)?.at ?? 0)) gathered.newest.set(field, { value: row.number('_value'), at });
  }

  /** By name. An interface without its states is left out; other figures that were not sent are null. */
  readings(): InterfaceReading[] {
    return [...this.#byName]
      .flatMap(([name, gathered]) => readingOf(name, gathered) ?? [])
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }
}

function readingOf(name: string, { errors, newest }: Gathered): InterfaceReading | null {
  const [admin, oper] = [newest.get('admin_status'), newest.get('oper_status')];
  if (admin === undefined || oper === undefined) return null;
  const at = Math.max(admin.at, oper.at);
  // A rate of an earlier reading says nothing about now: there is none after a gap.
  const rate = (field: FieldName<'interfaces'>): number | null => {
    const found = newest.get(field);
    return found?.at === at ? found.value : null;
  };
  return {
    name,
    inBytesPerSecond: rate('in_bytes_rate'),
    outBytesPerSecond: rate('out_bytes_rate'),
    errors,
    adminUp: admin.value === 1,
    operUp: oper.value === 1,
    at,
  };
}
