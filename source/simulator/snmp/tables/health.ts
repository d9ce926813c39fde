import type { Platform } from '../../../model/platform.ts';
import type { Figures } from '../figures.ts';
import { counter64, entry, gauge, integer, type MibEntry, objectId, text, timeTicks } from '../mib.ts';

const MEMORY_BYTES = 8_000_000_000;

/** A load, which some agents do not have, and some have as text. */
function load(oid: string): MibEntry<Figures> {
  return entry(oid, (figures) => {
    if (figures.has('no_cpu_table')) return null;
    return figures.has('wrong_types') ? text('busy') : gauge(figures.load);
  });
}

function used(figures: Figures): number {
  return Math.round((MEMORY_BYTES * figures.memoryUsed) / 100);
}

function cisco(): readonly MibEntry<Figures>[] {
  const [cpu, pool, sensors] = ['1.3.6.1.4.1.9.9.109.1.1.1.1', '1.3.6.1.4.1.9.9.221.1.1.1.1', '1.3.6.1.4.1.9.9.13.1'];
  return [
    load(`${cpu}.6.1`),
    load(`${cpu}.7.1`),
    load(`${cpu}.8.1`),
    entry(`${pool}.3.7000.1`, () => text('Processor')),
    entry(`${pool}.3.7000.2`, () => text('reserve Processor')),
    entry(`${pool}.18.7000.1`, (figures) => counter64(BigInt(used(figures)))),
    entry(`${pool}.18.7000.2`, () => counter64(92n)),
    entry(`${pool}.20.7000.1`, (figures) => counter64(BigInt(MEMORY_BYTES - used(figures)))),
    entry(`${pool}.20.7000.2`, () => counter64(102_316n)),
    entry(`${sensors}.3.1.2.1006`, () => text('Temp: inlet, R0/0')),
    entry(`${sensors}.3.1.3.1006`, (figures) => gauge(figures.celsius)),
    entry(`${sensors}.3.1.6.1006`, () => integer(1)),
    entry(`${sensors}.4.1.2.1`, () => text('Switch 1 - FAN 1')),
    entry(`${sensors}.4.1.3.1`, ({ broken }) => integer(broken === 'fan' ? 6 : 1)),
    entry(`${sensors}.5.1.2.1`, () => text('Power supply 2')),
    entry(`${sensors}.5.1.3.1`, ({ broken }) => integer(broken === 'supply' ? 6 : 1)),
  ];
}

function juniper(): readonly MibEntry<Figures>[] {
  const table = '1.3.6.1.4.1.2636.3.1.13.1';
  const parts = [
    ['1.1.0.0', 'midplane'],
    ['4.1.0.0', 'Fan Tray 0 Fan 1'],
    ['7.1.0.0', 'FPC: MPC @ 0/*/*'],
    ['9.1.0.0', 'Routing Engine 0'],
  ] as const;
  return [
    entry('1.3.6.1.4.1.2636.3.1.3.0', ({ subject }) => text(subject.serial)),
    ...parts.flatMap(([index, name]) => {
      const isEngine = name.startsWith('Routing');
      const zero = entry<Figures>(`${table}.8.${index}`, () => gauge(0));
      return [
        entry<Figures>(`${table}.5.${index}`, () => text(name)),
        entry<Figures>(`${table}.6.${index}`, ({ broken }) =>
          integer(broken === 'fan' && name.startsWith('Fan') ? 6 : 2),
        ),
        entry<Figures>(`${table}.7.${index}`, (figures) => gauge(isEngine ? figures.celsius : 0)),
        isEngine ? load(`${table}.8.${index}`) : zero,
        entry<Figures>(`${table}.11.${index}`, (figures) => gauge(isEngine ? figures.memoryUsed : 0)),
        entry<Figures>(`${table}.15.${index}`, () => integer(isEngine ? 16_384 : 0)),
      ];
    }),
  ];
}

function arista(): readonly MibEntry<Figures>[] {
  const [host, storage, sensor] = ['1.3.6.1.2.1.25', '1.3.6.1.2.1.25.2.3.1', '1.3.6.1.2.1.99.1.1.1'];
  const row = (index: number, name: string, type: number, bytes: (figures: Figures) => number) => [
    entry<Figures>(`${storage}.2.${index}`, () => objectId(`${host}.2.1.${type}`)),
    entry<Figures>(`${storage}.3.${index}`, () => text(name)),
    entry<Figures>(`${storage}.4.${index}`, () => integer(1024)),
    entry<Figures>(`${storage}.5.${index}`, () => integer(MEMORY_BYTES / 1024)),
    entry<Figures>(`${storage}.6.${index}`, (figures) => integer(bytes(figures) / 1024)),
  ];
  return [
    entry(`${host}.1.1.0`, ({ uptimeTicks }) => timeTicks(uptimeTicks)),
    entry(`${host}.1.6.0`, () => gauge(312)),
    load(`${host}.3.3.1.2.1`),
    load(`${host}.3.3.1.2.2`),
    ...row(1, 'RAM', 2, (figures) => used(figures) + 1_024_000_000),
    ...row(2, 'RAM (Buffers)', 1, () => 24_000_000),
    ...row(3, 'RAM (Cache)', 1, () => 1_000_000_000),
    ...row(100, 'Core', 4, () => 10_240),
    entry('1.3.6.1.2.1.47.1.1.1.1.2.100006001', () => text('Cpu temp sensor')),
    entry(`${sensor}.1.100006001`, () => integer(8)),
    entry(`${sensor}.2.100006001`, () => integer(9)),
    entry(`${sensor}.3.100006001`, () => integer(1)),
    entry(`${sensor}.4.100006001`, (figures) => integer(figures.celsius * 10)),
    entry(`${sensor}.5.100006001`, () => integer(1)),
  ];
}

/** Processors, memory and sensors, where each platform has them. */
export const HEALTH_ENTRIES: Readonly<Record<Platform, () => readonly MibEntry<Figures>[]>> = {
  'ios-xe': cisco,
  junos: juniper,
  eos: arista,
};
