import process from 'node:process';
import { dispatch } from './dispatch.ts';
import { reportFailure } from './report-failure.ts';
import { processShell } from './shell.ts';

// The console watches for both of these itself while it runs, since it has a terminal to restore.

// `netup-tui ... | head` closes the pipe early: that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (stream.listenerCount('error') > 1) return;
    // A terminal that went away: whoever runs puts away what was started, and then ends.
    if (error.code === 'EIO') return;
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

process.on('uncaughtException', (error) => {
  if (process.listenerCount('uncaughtException') > 1) return;
  process.exit(reportFailure(error, process.argv[2] ?? '', processShell));
});

// A connection that somebody forgot to close must not keep the program from ending.
const GRACE_MS = 2000;

process.exitCode = await dispatch(process.argv.slice(2), processShell);
setTimeout(() => process.exit(), GRACE_MS).unref();
