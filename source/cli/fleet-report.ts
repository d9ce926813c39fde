import { describeProblem, type FleetProblem } from '../model/fleet-problem.ts';
import { cleanLine } from '../model/text.ts';
import type { ImportReport, RouterDifference } from '../postgres/inventory/report.ts';

/** More lines of one kind than this are counted, not listed. */
const MOST_LINES = 200;

/** What a load did, or a dry run would do, for people. */
export function reportLines(report: ImportReport, dryRun: boolean): readonly string[] {
  const { routers, sections } = report;
  const verb = dryRun ? 'would be ' : '';
  const lines = Object.entries(sections).flatMap(([name, { inserted, updated }]) => [
    ...(inserted.length === 0 ? [] : [`${name} ${verb}added: ${listed(inserted)}`]),
    ...(updated.length === 0 ? [] : [`${name} ${verb}changed: ${listed(updated)}`]),
  ]);
  const differences = dryRun
    ? capped(
        report.differences.map((difference) => differenceLine(difference)),
        'more differences',
      )
    : [];
  return [
    ...lines,
    ...differences,
    `routers: ${routers.inserted} ${verb}added, ${routers.updated} ${verb}changed, ${routers.unchanged} as they were`,
  ];
}

/** Every bad line, or as many as a person reads. */
export function problemLines(problems: readonly FleetProblem[]): readonly string[] {
  return capped(
    problems.map((problem) => describeProblem(problem)),
    'more faults',
  );
}

function differenceLine({ kind, organization, hostname, before, after }: RouterDifference): string {
  const name = cleanLine(`${organization}/${hostname}`);
  if (kind === 'insert') return `+ ${name}`;
  const changes = Object.keys(after).map((column) => `${column} ${shown(before[column])} → ${shown(after[column])}`);
  return `~ ${name}: ${changes.join(', ')}`;
}

function shown(value: unknown): string {
  return value === null || value === undefined
    ? 'none'
    : cleanLine(typeof value === 'string' ? value : JSON.stringify(value));
}

function listed(names: readonly string[]): string {
  const some = names
    .slice(0, 8)
    .map((name) => cleanLine(name))
    .join(', ');
  return names.length > 8 ? `${some} and ${names.length - 8} more` : some;
}

function capped(lines: readonly string[], what: string): readonly string[] {
  return lines.length > MOST_LINES
    ? [...lines.slice(0, MOST_LINES), `… and ${lines.length - MOST_LINES} ${what}`]
    : lines;
}
