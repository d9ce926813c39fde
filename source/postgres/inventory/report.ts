import type postgres from 'postgres';
import type { FleetProblem } from '../../model/fleet-problem.ts';

/** What became of one section of the file, or would. */
export interface SectionReport {
  /** Names, in the order of the file. */
  readonly inserted: readonly string[];
  readonly updated: readonly string[];
  readonly unchanged: number;
}

/** A router that is new or differs. `before` and `after` have the columns that differ, by the
 * database's names; both are empty for a new router. */
export interface RouterDifference {
  readonly organization: string;
  readonly routerId: string;
  readonly hostname: string;
  readonly kind: 'insert' | 'update';
  readonly before: Readonly<Record<string, postgres.JSONValue>>;
  readonly after: Readonly<Record<string, postgres.JSONValue>>;
}

export type Section =
  'organizations' | 'operators' | 'members' | 'sites' | 'vendors' | 'models' | 'images' | 'policies';

export interface ImportReport {
  /** False after a dry run, and when there were problems: then nothing was written. */
  readonly written: boolean;
  readonly sections: Readonly<Record<Section, SectionReport>>;
  readonly routers: { readonly inserted: number; readonly updated: number; readonly unchanged: number };
  /** Every router that is new or differs, by organization, new ones first, and hostname. */
  readonly differences: readonly RouterDifference[];
  /** Entries that do not fit the file or the inventory; with `skipBad` they were left out. */
  readonly problems: readonly FleetProblem[];
}

/** The report of several parts of one section. */
export function joinSections(parts: readonly SectionReport[]): SectionReport {
  return {
    inserted: parts.flatMap(({ inserted }) => inserted),
    updated: parts.flatMap(({ updated }) => updated),
    unchanged: parts.reduce((total, { unchanged }) => total + unchanged, 0),
  };
}

/** Counts rows that came back from an upsert of `total` entries; those that did not were so already. */
export function sectionOf(rows: readonly { name: string; inserted: boolean }[], total: number): SectionReport {
  return {
    inserted: rows.filter(({ inserted }) => inserted).map(({ name }) => name),
    updated: rows.filter(({ inserted }) => !inserted).map(({ name }) => name),
    unchanged: total - rows.length,
  };
}
