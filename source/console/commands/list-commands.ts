import type { ConsoleServices } from '../services.ts';
import { moveTo, type ListState } from '../state/list.ts';
import type { Command } from './command.ts';

/** A list's state now, how many rows it has, and how many of them fit on the screen. */
export interface ListInSight {
  readonly list: ListState;
  readonly count: number;
  readonly height: number;
}

/** A list on a screen that the usual keys move in. */
export interface ListBinding {
  /** Before the ids: `fleet` gives `fleet.down`. */
  readonly prefix: string;
  /** Route ids. */
  readonly scope: readonly string[];
  readonly read: (services: ConsoleServices) => ListInSight;
  readonly write: (services: ConsoleServices, list: ListState) => void;
  readonly when?: (services: ConsoleServices) => boolean;
}

type Move = (list: ListState, count: number, height: number) => number;

const MOVES: readonly (readonly [verb: string, description: string, keys: readonly string[], move: Move])[] = [
  ['down', 'Next row', ['j', 'down'], ({ cursor }) => cursor + 1],
  ['up', 'Row before', ['k', 'up'], ({ cursor }) => cursor - 1],
  ['page-down', 'A page down', ['pgdn', 'ctrl+f'], ({ cursor }, _, height) => cursor + height],
  ['page-up', 'A page up', ['pgup', 'ctrl+b'], ({ cursor }, _, height) => cursor - height],
  ['first', 'First row', ['g', 'home'], () => 0],
  ['last', 'Last row', ['G', 'end'], (_, count) => count - 1],
];

/** The commands that move in a list: the same keys on every screen. */
export function listCommands({ prefix, scope, read, write, when }: ListBinding): readonly Command[] {
  return MOVES.map(([verb, description, keys, move]) => ({
    id: `${prefix}.${verb}`,
    title: verb.replace('-', ' '),
    description,
    keys,
    category: 'Move',
    scope,
    ...(when === undefined ? {} : { when }),
    run(services) {
      const { list, count, height } = read(services);
      write(services, moveTo(list, move(list, count, height), count, height));
    },
  }));
}
