import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { addressOf, columnOf, type FleetColumn, slugOf, statusOf } from './fleet-columns.ts';
import { type FleetRouter, fleetRouterSchema } from './fleet-file.ts';
import { type FleetProblem, faultsOf } from './fleet-problem.ts';
import type { ParsedFleet } from './parse-fleet-json.ts';

const recordsSchema = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }));
type Fields = Partial<Record<FleetColumn, string>>;

/**
 * Reads routers from CSV with a header line: our columns, or a NetBox device export. `organization` (a slug) is for files
 * without such a column. A file without a version column gives routers whose running version is `unknown`.
 */
export function parseFleetCsv(text: string, organization: string | null): ParsedFleet {
  const problems: FleetProblem[] = [];
  const routers: FleetRouter[] = [];
  const lines = new Map<string, number>();
  const lineOfRouter = (hostname: string): number | null => lines.get(hostname) ?? null;
  const rows = readRows(text, problems);
  const header = rows[0];
  if (header === undefined) {
    if (problems.length === 0) problems.push({ line: 1, where: 'file', fault: 'is empty; a header line is needed' });
    return { file: withRouters(routers), problems, lineOfRouter };
  }
  const columns = header.record.map((name) => columnOf(name));
  for (const needed of missingColumns(columns, organization)) {
    problems.push({ line: 1, where: 'header', fault: `has no column ${needed}` });
  }
  if (problems.length > 0) return { file: withRouters(routers), problems, lineOfRouter };
  for (const { record, info } of rows.slice(1)) {
    // `lines` counts to the record's last line; a quoted field may span several.
    const line = info.lines - record.join('').split('\n').length + 1;
    const fault = (message: string): void =>
      void problems.push({ line, where: `router ${fields.hostname ?? '?'}`, fault: message });
    const fields = fieldsOf(columns, record);
    if (fields.hostname !== undefined && !lines.has(fields.hostname)) lines.set(fields.hostname, line);
    if (record.length === header.record.length) {
      const result = fleetRouterSchema.safeParse(toRouter(fields, columns, organization));
      if (result.success) routers.push(result.data);
      else for (const message of faultsOf(result.error)) fault(message);
    } else fault(`has ${record.length} fields, the header has ${header.record.length}`);
  }
  return { file: withRouters(routers), problems, lineOfRouter };
}

function readRows(text: string, problems: FleetProblem[]): z.output<typeof recordsSchema> {
  const firstLine = text.slice(0, text.search(/\r?\n|$/u));
  const delimiter = firstLine.includes(';') && !firstLine.includes(',') ? ';' : ',';
  try {
    const options = { bom: true, info: true, delimiter, relax_column_count: true, skip_empty_lines: true } as const;
    return recordsSchema.parse(parse(text, options));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = z.number().safeParse(error['lines']);
    problems.push({
      line: line.success ? line.data : null,
      where: 'file',
      fault: 'is not valid CSV here (a quote is open)',
    });
    return [];
  }
}

function missingColumns(columns: readonly (FleetColumn | null)[], organization: string | null): readonly string[] {
  const missing: string[] = [];
  if (!columns.includes('hostname')) missing.push('hostname (or name)');
  if (!columns.includes('managementAddress')) missing.push('management_address (or primary_ip4)');
  if (!columns.includes('organization') && organization === null) {
    missing.push('organization (or tenant); name one for the whole file with --organization SLUG');
  }
  return missing;
}

function fieldsOf(columns: readonly (FleetColumn | null)[], record: readonly string[]): Fields {
  const fields: Fields = {};
  for (const [index, column] of columns.entries()) {
    const value = record[index]?.trim() ?? '';
    // Several headers may mean one column (primary_ip4 and primary_ip): the first that says something counts.
    if (column !== null && value !== '' && fields[column] === undefined) fields[column] = value;
  }
  return fields;
}

function toRouter(fields: Fields, columns: readonly (FleetColumn | null)[], organization: string | null): unknown {
  const tenant = fields.organization === undefined ? organization : slugOf(fields.organization);
  return {
    organization: tenant ?? '',
    hostname: fields.hostname ?? '',
    managementAddress: addressOf(fields.managementAddress ?? ''),
    ...(fields.id === undefined ? {} : { id: fields.id }),
    ...(fields.managementPort === undefined ? {} : { managementPort: Number(fields.managementPort) }),
    ...(fields.snmpPort === undefined ? {} : { snmpPort: Number(fields.snmpPort) }),
    site: fields.site === undefined ? null : slugOf(fields.site),
    vendor: fields.vendor ?? null,
    model: fields.model ?? null,
    serial: fields.serial ?? null,
    runningVersion: fields.runningVersion ?? 'unknown',
    ...(columns.includes('targetVersion') ? { targetVersion: fields.targetVersion ?? null } : {}),
    ...(fields.status === undefined ? {} : { status: statusOf(fields.status) }),
    ...(columns.includes('redundancyGroup') ? { redundancyGroup: fields.redundancyGroup ?? null } : {}),
  };
}

function withRouters(routers: FleetRouter[]): ParsedFleet['file'] {
  return { organizations: [], operators: [], sites: [], vendors: [], models: [], images: [], policies: [], routers };
}
