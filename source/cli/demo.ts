import { once } from 'node:events';
import { readSettings } from '../config/environment.ts';
import { openLog } from '../config/log.ts';
import { findPaths } from '../config/paths.ts';
import { secretRemover } from '../config/secrets.ts';
import type { Demo } from '../demo/run-demo.ts';
import type { DemoLogin } from './serve/serve-demo.ts';
import { readCommandLine } from './command-line.ts';
import { consoleFlags } from './console-flags.ts';
import { Progress } from './progress.ts';
import { print, type Run, type Shell } from './shell.ts';
import { signalled } from './signalled.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'demo',
    purpose:
      'Opens the console on a fleet of 300 made-up routers, with a PostgreSQL and simulated devices of its own; nothing needs to be set ' +
      'up. Telemetry goes to InfluxDB if INFLUX_URL is set. What is changed in it is there again next time.',
    flags: {
      fresh: { type: 'boolean', help: 'forget what an earlier demo left' },
      as: {
        type: 'string',
        placeholder: 'NAME',
        default: 'ana',
        help: 'operator: ana, ben, cy, dee or ada (ana if left out)',
      },
      ...consoleFlags,
      headless: { type: 'boolean', help: 'start everything but the console, and run until stopped' },
      serve: { type: 'boolean', help: 'serve the console over SSH instead of opening it here, and run until stopped' },
      json: { type: 'boolean', help: 'with --headless: say in one line of JSON how to reach it' },
    },
    examples: ['demo --as ben', 'demo --serve', 'demo --headless --json'],
  });
  const settings = readSettings(shell.env);
  const paths = findPaths(shell.env);
  const log = openLog(paths, settings.logLevel, secretRemover(shell.env));
  const progress = new Progress(shell.stderr);
  const ending = signalled();
  const { startDemo } = await import('../demo/run-demo.ts');
  const starting = startDemo({
    stateFolder: paths.state,
    fresh: flags.fresh === true,
    influx: settings.influx,
    onProgress: (text) => progress.show(text),
    onError: (err) => log.warn({ err }, 'the demo goes on without it'),
    signal: ending.signal,
  });
  // The console's code is loaded while the database starts.
  const isHeadless = flags.headless === true || flags.serve === true;
  if (!isHeadless) void import('../console/run-console.tsx').catch(() => undefined);
  const demo = await starting.finally(() => progress.clear());
  try {
    const whole = { demo, operator: flags.as, json: flags.headless === true && flags.json === true, shell };
    if (flags.serve === true) return await runServed(whole, ending.signal);
    if (isHeadless) {
      sayHow(whole, null);
      await aborted(ending.signal);
      return 0;
    }
    // The console ends by these signals itself. They stay caught after it: a hang-up comes twice, from the terminal and from the
    // shell that ends with it, and the second must not end us while the database is being stopped.
    const { startConsole } = await import('./start-console.ts');
    const env = { ...shell.env, ...variables(demo, flags.as) };
    return await startConsole({ ...shell, env }, { flags });
  } finally {
    await demo.stop();
    ending.release();
  }
};

/** An empty variable counts as not set: the user's own organization is not one of the demo's. */
function variables(demo: Demo, operator: string): Readonly<Record<string, string>> {
  return { ...demo.env, NETUP_OPERATOR: operator, NETUP_ORGANIZATION: '' };
}

interface Running {
  readonly demo: Demo;
  readonly operator: string;
  readonly json: boolean;
  readonly shell: Shell;
}

async function runServed(running: Running, signal: AbortSignal): Promise<number> {
  const { serveDemo } = await import('./serve/serve-demo.ts');
  const stray = new AbortController();
  const served = await serveDemo(running.demo, running.operator, running.shell, (error) => stray.abort(error));
  try {
    sayHow(running, served.ssh);
    await aborted(AbortSignal.any([signal, stray.signal]));
  } finally {
    await served.stop();
  }
  if (stray.signal.aborted) throw new Error('The server met a defect.', { cause: stray.signal.reason });
  return 0;
}

/** Says how to reach the demo: a line of JSON, or lines for a shell. */
function sayHow({ demo, operator, json, shell }: Running, ssh: DemoLogin | null): void {
  const env = { ...demo.env, NETUP_OPERATOR: operator };
  if (json) {
    const { INFLUX_URL: url, INFLUX_ORG: org, INFLUX_BUCKET: bucket, INFLUX_TOKEN: token } = demo.env;
    const influx = url === undefined ? null : { url, org, bucket, token };
    const { postgres, devices } = demo;
    print(shell.stdout, JSON.stringify({ env, postgres, influx, devices, ...(ssh === null ? {} : { ssh }) }));
    return;
  }
  print(shell.stdout, ...Object.entries(env).map(([name, value]) => `export ${name}=${shellQuoted(value)}`));
  print(shell.stderr, `The demo runs with ${demo.devices.length} devices until it is stopped (Ctrl-C).`);
  if (ssh === null) return;
  const { host, port, user, identityFile } = ssh;
  print(shell.stderr, `Its console: ssh -i ${shellQuoted(identityFile)} -p ${port} ${user}@${host}`);
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
