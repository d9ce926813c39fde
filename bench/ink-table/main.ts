/**
 * The measure that the console is held to: a bare Ink table, written as anyone would write it who knows Ink, with nothing around it.
 * `node bench/ink-table/main.ts [rows]`; j and k move, space and b page, q quits. It prints READY when the first frame stands.
 */
import { Box, render, Text, useApp, useInput, useWindowSize } from 'ink';
import { createElement, memo, useState, type ReactNode } from 'react';

const count = Number(process.argv[2] ?? 50_000);
const sites = ['ams', 'fra', 'lon', 'par', 'waw'];
const bars = '▁▂▃▄▅▆▇█';

interface Reading {
  readonly hostname: string;
  readonly site: string;
  readonly cpu: number;
  readonly memory: number;
}

const readings: readonly Reading[] = Array.from({ length: count }, (_, index) => ({
  hostname: `${sites[index % 5] ?? ''}-core-${String(index).padStart(6, '0')}`,
  site: sites[index % 5] ?? '',
  cpu: (index * 7919) % 100,
  memory: (index * 104_729) % 100,
}));

function spark(seed: number): string {
  return Array.from({ length: 24 }, (_, step) => bars[(seed + step * step) % 8] ?? '').join('');
}

const Row = memo(function Row({ reading, current }: { reading: Reading; current: boolean }): ReactNode {
  const { hostname, site, cpu, memory } = reading;
  const left = `${current ? '▌' : ' '} ${hostname.padEnd(24)}${site.padEnd(8)}${'ASR1002-HX'.padEnd(16)}${'17.09.04a'.padEnd(18)}${'17.12.03'.padEnd(18)}`;
  return createElement(
    Text,
    { bold: current },
    left,
    createElement(Text, { color: cpu > 80 ? 'red' : 'green' }, `${spark(cpu)} ${String(cpu).padStart(3)}%`),
    `${String(memory).padStart(8)}%${'active'.padStart(16)}${'ready'.padStart(16)}${'policy #14 core, careful'.padStart(34)}`,
  );
});

function InkTable(): ReactNode {
  const { exit } = useApp();
  const { columns, rows } = useWindowSize();
  const [position, setPosition] = useState({ cursor: 0, top: 0 });
  const height = rows - 4;
  useInput((input) => {
    const step = { j: 1, k: -1, ' ': height, b: -height }[input];
    if (input === 'q') exit();
    if (step === undefined) return;
    setPosition(({ cursor, top }) => {
      const next = Math.max(0, Math.min(count - 1, cursor + step));
      return { cursor: next, top: Math.max(next - height + 1, Math.min(top, next)) };
    });
  });
  const visible = readings.slice(position.top, position.top + height);
  return createElement(
    Box,
    { width: columns, height: rows, flexDirection: 'column', overflow: 'hidden' },
    createElement(Text, { bold: true }, `READY ${count} routers`),
    createElement(Text, { dimColor: true }, '─'.repeat(columns)),
    ...visible.map((reading, index) =>
      createElement(Row, { key: reading.hostname, reading, current: position.top + index === position.cursor }),
    ),
    createElement(Text, { dimColor: true }, '─'.repeat(columns)),
    createElement(Text, null, `${position.cursor + 1} of ${count}`),
  );
}

const app = render(createElement(InkTable), {
  alternateScreen: true,
  incrementalRendering: true,
  exitOnCtrlC: true,
  patchConsole: false,
  interactive: true,
});
await app.waitUntilExit();
