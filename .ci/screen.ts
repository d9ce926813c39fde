// Draws docs/fleet.svg from a real frame: starts the demo in a pseudo-terminal of 120x30, waits for live data, and saves what is shown.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { frameSvg } from './frame-svg.ts';

const COLUMNS = 120;
const ROWS = 30;
const state = mkdtempSync(join(tmpdir(), 'netup-screen-'));
const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
const pty = spawn(process.execPath, ['bin/netup-tui.js', 'demo'], {
  cols: COLUMNS,
  rows: ROWS,
  env: { ...process.env, CI: undefined, TERM: 'xterm-256color', COLORTERM: 'truecolor', NETUP_STATE_DIR: state },
});
pty.onData((data) => terminal.write(data));

const shows = (text: RegExp): boolean =>
  Array.from({ length: ROWS }, (_, row) => terminal.buffer.active.getLine(row)?.translateToString() ?? '').some(
    (line) => text.test(line),
  );

for (let waited = 0; !shows(/▁|▂|▃/u) && waited < 120_000; waited += 200) await delay(200);
// The first figures are there; the next refresh fills the rows that were still loading.
await delay(5000);
writeFileSync('docs/fleet.svg', frameSvg(terminal, 'netup-tui: the fleet screen of the demo'));
pty.write('q');
await delay(1500);
pty.kill();
rmSync(state, { recursive: true, force: true });
