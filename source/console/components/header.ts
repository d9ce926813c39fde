import type { Theme } from '../theme/theme.ts';
import { spreadParts, widthOf, type Part } from '../text/parts.ts';
import type { Connection } from '../state/connections.ts';

export interface HeaderFacts {
  readonly columns: number;
  readonly organization: string;
  readonly crumbs: readonly string[];
  readonly operator: string;
  readonly role: string;
  readonly readOnly: boolean;
  readonly connections: readonly { readonly name: string; readonly connection: Connection }[];
  /** Milliseconds since the epoch, for the age of what a lost database last said. */
  readonly now: number;
}

/** The first line of every screen: where you are, as whom, and how the databases are. */
export function headerLine(theme: Theme, facts: HeaderFacts): string {
  const who = `${facts.operator} (${facts.role}${facts.readOnly ? ', read-only' : ''})`;
  const right: Part[] = [{ tone: 'accent', text: ` ${who}` }];
  for (const { name, connection } of facts.connections)
    right.push('  ', ...connectionParts(name, connection, facts.now));
  right.push(' ');
  return spreadParts(theme, whereParts(facts, facts.columns - widthOf(right)), right, facts.columns);
}

/** Where you are. In little room the way gives way, never the screen itself. */
function whereParts({ organization, crumbs }: HeaderFacts, room: number): readonly Part[] {
  const trail = [organization, ...crumbs].join(' ▸ ');
  const name: Part = { tone: 'title', text: ' netup' };
  const short = [organization, '…', ...crumbs.slice(-1)].join(' ▸ ');
  const choices: readonly (readonly Part[])[] = [
    [name, '  ', trail],
    [' ', trail],
    [' ', short],
  ];
  return choices.find((parts) => widthOf(parts) <= room) ?? (crumbs.length > 1 ? [' ', short] : [' ', trail]);
}

/** `pg ● 12ms`, or `pg ✖ 34s ago` when it does not answer. */
function connectionParts(name: string, { state, roundTripMs, lastAnswerAt }: Connection, now: number): readonly Part[] {
  if (state === 'up') return [`${name} `, { tone: 'good', text: '●' }, ` ${roundTripMs ?? 0}ms`];
  if (state === 'unknown') return [{ tone: 'muted', text: `${name} ◌` }];
  const age = lastAnswerAt === null ? 'no answer' : `${formatAge(now - lastAnswerAt)} ago`;
  return [{ tone: 'bad', text: `${name} ✖ ${age}` }];
}

/** `34s`, `12m`, `3h`, `2d`. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
