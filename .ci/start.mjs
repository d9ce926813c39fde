// `npm start`: builds what has changed and runs the program.
import path from 'node:path';
import process from 'node:process';
import { build } from './build.mjs';

const WATCH_MS = 250;

// Who ends npm ends the shell between npm and us, and would leave us behind: npm hands signals to nobody else.
const shell = process.ppid;
setInterval(() => {
  if (process.ppid !== shell) process.kill(process.pid, 'SIGTERM');
}, WATCH_MS).unref();

await build({ ifChanged: true });
process.argv[1] = path.join(import.meta.dirname, '..', 'bin', 'netup-tui.js');
await import('../bin/netup-tui.js');
