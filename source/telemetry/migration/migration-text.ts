import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type FluxParameterLike,
  fluxExpression,
  type ParameterizedQuery,
  toFluxValue,
} from '@influxdata/influxdb-client';
import { packageRoot } from '../../config/package-root.ts';

export type MigrationText = 'memory-name' | 'organization-tag' | 'unchanged' | 'distinct';

/** Values for the names at the start of a text. */
export type TextValues = Readonly<Record<string, string | Date | FluxParameterLike>>;

/** Reads influx/migrations/NAME.flux and puts the values into it. */
export async function migrationQuery(name: MigrationText, values: TextValues): Promise<ParameterizedQuery> {
  return fillIn(await readFile(path.join(packageRoot, 'influx', 'migrations', `${name}.flux`), 'utf8'), values);
}

/** Puts values, as Flux literals, in place of the examples of a text: of the lines `name = example`. Throws for a name that it lacks. */
export function fillIn(text: string, values: TextValues): ParameterizedQuery {
  const filled = Object.entries(values).reduce((so, [name, value]) => {
    const line = new RegExp(`^${name} = .*$`, 'mu');
    if (!line.test(so)) throw new RangeError(`No value ${name} in the text.`);
    return so.replace(line, () => `${name} = ${toFluxValue(value)}`);
  }, text);
  return fluxExpression(filled);
}
