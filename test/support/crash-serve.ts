import { once } from 'node:events';
import process from 'node:process';
import { startConsoleServer } from '../../source/serve/console-server.ts';
import { openHostKeys } from '../../source/serve/host-keys.ts';

// A server in a process of its own, whose consoles echo keys, and for which x, r and s are defects: in a timer, in a promise that nobody
// awaits, and in something that no console began. Its first argument is a folder for the host keys. Everybody's key is let in.

const nothing = (): void => undefined;
const strayed = Promise.withResolvers<unknown>();
let makeStray = false;
setInterval(() => {
  if (!makeStray) return;
  makeStray = false;
  throw new Error('stray');
}, 20);

const server = await startConsoleServer({
  host: '127.0.0.1',
  port: 0,
  hostKeys: openHostKeys(process.argv[2] ?? ''),
  limits: { sessions: 10, perAddress: 10, tries: 6, graceMs: 30_000 },
  identities: { isKnown: () => Promise.resolve(true), authorities: new Set(), now: () => new Date() },
  async openConsole({ terminal, ending }) {
    terminal.stdin.on('data', (keys) => {
      const key = String(keys);
      if (key === 'x') setTimeout(() => JSON.parse('{'), 5);
      if (key === 'r') void Promise.resolve().then(() => JSON.parse('{'));
      if (key === 's') makeStray = true;
      terminal.stdout.write(`echo ${key}\n`);
    });
    terminal.stdout.write('ready\n');
    await once(ending, 'abort');
    const { reason } = ending;
    return { lines: [reason instanceof Error ? `defect: ${reason.name}` : String(reason)], code: 70 };
  },
  onDefect: () => ['defect'],
  onStray: (error) => strayed.resolve(error),
  log: { info: nothing, warn: nothing, error: nothing },
  events: { turnedAway: nothing, login: nothing, crashed: nothing },
});
process.stdout.write(`${server.port}\n`);
await strayed.promise;
await server.stop('the process is broken');
process.exit(70);
