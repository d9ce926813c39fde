import { once } from 'node:events';
import { UserError } from '../config/user-error.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { METRICS_FLAG, readMetricsFlag } from './monitoring/monitor-server.ts';
import { serveMonitor, ServeCounts } from './monitoring/serve-monitor.ts';
import { watched } from './monitoring/watched.ts';
import { readOnlyFlag } from './console-flags.ts';
import { processLog } from './process-log.ts';
import { DEFECT } from './report-failure.ts';
import { serveConsoles, type ServedConsoles } from './serve/serve-consoles.ts';
import type { Run } from './shell.ts';
import { signalled } from './signalled.ts';

const PORT = 2222;
const STOPPED = 'This server was stopped; what you asked for before is kept. Log in again in a while.';
const BROKEN = 'This server met a defect and starts anew; what you asked for before is kept. Log in again in a while.';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'serve',
    purpose:
      'Serves the console to many operators over SSH, from one process: by the keys and certificates that `operators keys` has, restricted, ' +
      'and nothing but the console. Needs a login that is a member of app_user. OpenSSH does more (docs/ssh.md).',
    flags: {
      host: { type: 'string', placeholder: 'HOST', default: '127.0.0.1', help: 'where to listen (127.0.0.1)' },
      port: { type: 'number', placeholder: 'N', default: PORT, help: `the port (${PORT}); 0 takes a free one` },
      ...readOnlyFlag,
      metrics: METRICS_FLAG,
    },
    examples: ['serve', 'serve --host 0.0.0.0 --port 22 --metrics 9465'],
  });
  const { host, port } = flags;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UserError('netup-tui serve: --port is a whole number from 0 to 65535.', { exitCode: 2 });
  }
  const metrics = readMetricsFlag('serve', flags.metrics);
  const context = openContext(shell.env, { applicationName: 'netup-tui serve' });
  const ending = signalled();
  try {
    const log = processLog(shell, context);
    const counts = new ServeCounts();
    const stray = new AbortController();
    let server: ServedConsoles | null = null;
    return await watched(
      metrics,
      'serve',
      (own) => serveMonitor(context.database, counts, () => server, own),
      (url) => log.info(`Metrics are at ${url}/metrics.`),
      async () => {
        const readOnly = flags.readOnly === true;
        const onStray = (error: unknown): void => stray.abort(error);
        const running = await serveConsoles(context, shell, { host, port, readOnly, events: counts, onStray });
        server = running;
        log.info(`The console is served at ${host} port ${running.port}.`);
        for (const { type, fingerprint } of running.hostKeys) log.info(`Host key: ${type} ${fingerprint}`);
        const over = AbortSignal.any([ending.signal, stray.signal]);
        if (!over.aborted) await once(over, 'abort');
        server = null;
        if (running.open > 0) log.info(`Ending ${running.open} open consoles.`);
        await running.stop(stray.signal.aborted ? BROKEN : STOPPED);
        if (!stray.signal.aborted) return 0;
        log.error('The server met a defect that no console is known to have caused.', stray.signal.reason);
        return DEFECT;
      },
    );
  } finally {
    await context.close();
    ending.release();
  }
};
