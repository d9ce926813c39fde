import type { Figures } from '../figures.ts';
import { counter32, counter64, entry, gauge, integer, type MibEntry, text } from '../mib.ts';

const IF_TABLE = '1.3.6.1.2.1.2.2.1';
const IF_X_TABLE = '1.3.6.1.2.1.31.1.1.1';
/** Rows of a table that never ends, as far as anybody will look. */
export const ENDLESS_ROWS = 6000;
const MEGABITS = 10_000;

/** ifTable and ifXTable of IF-MIB, for so many interfaces. */
export function interfaceEntries(count: number): readonly MibEntry<Figures>[] {
  return Array.from({ length: count }, (_, index) => rowOf(index)).flat();
}

function rowOf(index: number): readonly MibEntry<Figures>[] {
  const number = index + 1;
  const name = ({ subject }: Figures): string => subject.interfaces[index]?.name ?? `port ${number}`;
  const up = ({ subject }: Figures): boolean => subject.interfaces[index]?.up ?? true;
  const wide = (column: number, value: (figures: Figures) => Buffer): MibEntry<Figures> =>
    entry(`${IF_X_TABLE}.${column}.${number}`, (figures) => (figures.has('narrow_counters') ? null : value(figures)));
  const narrow = (column: number, value: (figures: Figures) => Buffer): MibEntry<Figures> =>
    entry(`${IF_TABLE}.${column}.${number}`, value);
  return [
    narrow(1, () => integer(number)),
    narrow(2, (figures) => text(name(figures))),
    narrow(5, () => gauge(2 ** 32 - 1)),
    narrow(7, () => integer(1)),
    narrow(8, (figures) => (figures.has('wrong_types') ? text('up') : integer(up(figures) ? 1 : 2))),
    narrow(10, (figures) => counter32(figures.octets(index, 'in', 32))),
    narrow(13, (figures) => counter32(figures.errors(index, 'inDiscards'))),
    narrow(14, (figures) => counter32(figures.errors(index, 'inErrors'))),
    narrow(16, (figures) => counter32(figures.octets(index, 'out', 32))),
    narrow(19, (figures) => counter32(figures.errors(index, 'outDiscards'))),
    narrow(20, (figures) => counter32(figures.errors(index, 'outErrors'))),
    wide(1, (figures) => text(name(figures))),
    wide(6, (figures) => counter64(figures.octets(index, 'in', 64))),
    wide(10, (figures) => counter64(figures.octets(index, 'out', 64))),
    wide(15, () => gauge(MEGABITS)),
  ];
}
