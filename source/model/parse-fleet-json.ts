import { visit } from 'jsonc-parser';
import { z } from 'zod';
import {
  type FleetFile,
  fleetImageSchema,
  fleetModelSchema,
  fleetOperatorSchema,
  fleetOrganizationSchema,
  fleetPolicySchema,
  fleetRouterSchema,
  fleetSiteSchema,
  fleetVendorSchema,
} from './fleet-file.ts';
import { type FleetProblem, faultsOf } from './fleet-problem.ts';

/** What a fleet file holds: its good entries, and the faults of the others. */
export interface ParsedFleet {
  readonly file: FleetFile;
  readonly problems: readonly FleetProblem[];
  /** The line of the first router with this host name, for faults that show later; null if there is none. */
  lineOfRouter(hostname: string): number | null;
}

const sections = ['organizations', 'operators', 'sites', 'vendors', 'models', 'images', 'policies', 'routers'] as const;
const sectionNames: readonly string[] = sections;
const documentSchema = z.record(z.string(), z.unknown());

/** Reads a fleet file in JSON. Every entry is checked by itself, so that one bad router does not hide the next. */
export function parseFleetJson(text: string): ParsedFleet {
  const document = readDocument(text);
  if ('fault' in document) return { file: emptyFleet(), problems: [document.fault], lineOfRouter: () => null };
  const faults: { where: string; section: string; index: number; fault: string }[] = [];
  const unknown = Object.keys(document.value).filter((key) => !sectionNames.includes(key));
  for (const key of unknown) {
    faults.push({
      where: key,
      section: key,
      index: -1,
      fault: `is no section; the sections are ${sections.join(', ')}`,
    });
  }
  const entries = <Entry>(section: (typeof sections)[number], schema: z.ZodType<Entry>): Entry[] => {
    const list = document.value[section] ?? [];
    if (!Array.isArray(list)) {
      faults.push({ where: section, section, index: -1, fault: 'must be a list' });
      return [];
    }
    const good: Entry[] = [];
    for (const [index, value] of list.entries()) {
      const result = schema.safeParse(value);
      if (result.success) good.push(result.data);
      else
        for (const fault of faultsOf(result.error))
          faults.push({ where: `${section}[${index}]`, section, index, fault });
    }
    return good;
  };
  const file: FleetFile = {
    organizations: entries('organizations', fleetOrganizationSchema),
    operators: entries('operators', fleetOperatorSchema),
    sites: entries('sites', fleetSiteSchema),
    vendors: entries('vendors', fleetVendorSchema),
    models: entries('models', fleetModelSchema),
    images: entries('images', fleetImageSchema),
    policies: entries('policies', fleetPolicySchema),
    routers: entries('routers', fleetRouterSchema),
  };
  let found: ReadonlyMap<string, number> | null = null;
  const lines = (): ReadonlyMap<string, number> => (found ??= entryLines(text));
  const lineOfRouter = (hostname: string): number | null => {
    const list: unknown = document.value['routers'];
    const index = Array.isArray(list) ? list.findIndex((entry) => hasHostname(entry, hostname)) : -1;
    return lines().get(`routers.${index}`) ?? null;
  };
  return {
    file,
    problems: faults.map(({ where, section, index, fault }) => ({
      line: lines().get(index < 0 ? section : `${section}.${index}`) ?? null,
      where,
      fault,
    })),
    lineOfRouter,
  };
}

function readDocument(text: string): { value: Record<string, unknown> } | { fault: FleetProblem } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { fault: { line: firstSyntaxError(text), where: 'file', fault: 'is not valid JSON here' } };
  }
  const document = documentSchema.safeParse(parsed);
  if (document.success) return { value: document.data };
  return { fault: { line: 1, where: 'file', fault: `must be an object with sections such as "routers"` } };
}

/** JSON.parse does not always say where it gave up. */
function firstSyntaxError(text: string): number | null {
  const lines: number[] = [];
  visit(text, { onError: (_code, _offset, _length, line) => void lines.push(line + 1) }, { disallowComments: true });
  return lines[0] ?? null;
}

/** The line of each section and entry. Walked only when there is something to report: it takes longer than parsing. */
function entryLines(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const note = (path: readonly (string | number)[], line: number): void => {
    if (path.length === 1 || path.length === 2) lines.set(path.join('.'), line + 1);
  };
  visit(text, {
    onObjectBegin: (_offset, _length, line, _character, path) => note(path(), line),
    onArrayBegin: (_offset, _length, line, _character, path) => note(path(), line),
    onLiteralValue: (_value, _offset, _length, line, _character, path) => note(path(), line),
  });
  return lines;
}

function hasHostname(entry: unknown, hostname: string): boolean {
  return typeof entry === 'object' && entry !== null && 'hostname' in entry && entry.hostname === hostname;
}

function emptyFleet(): FleetFile {
  return {
    organizations: [],
    operators: [],
    sites: [],
    vendors: [],
    models: [],
    images: [],
    policies: [],
    routers: [],
  };
}
