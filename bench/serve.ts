import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import ssh2, { type Client, type ClientChannel } from 'ssh2';
import { z } from 'zod';
import { defaultServerDirectory } from '../source/demo/embedded-server.ts';
import { quantile, type Result, result } from './result.ts';

const SESSIONS = 100;
const KEYS = 4;
const REST_MS = 15_000;
/** A key that is not answered by then is lost. */
const LOST_MS = 10_000;
const WINDOW = { term: 'xterm-256color', cols: 200, rows: 50 };

const demoSchema = z.object({
  env: z.record(z.string(), z.string()),
  ssh: z.object({ port: z.int(), user: z.string(), identityFile: z.string() }),
});

interface Console {
  readonly client: Client;
  readonly channel: ClientChannel;
  bytes: number;
  lastAt: number;
}

/**
 * The built-in server with a hundred consoles at 200x50 on the demo's live fleet, in a process of its own beside the demo: what a console
 * costs, and how long a key takes while all are open. The clients run here, on the same cores.
 */
export async function benchServe(): Promise<readonly Result[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'netup-bench-serve-'));
  const state = { ...process.env, NODE_ENV: 'production', NETUP_STATE_DIR: folder };
  const started: ChildProcess[] = [];
  const consoles: Console[] = [];
  try {
    const demo = demoSchema.parse(JSON.parse(await start(started, ['demo', '--headless', '--json', '--serve'], state)));
    const limits = { NETUP_SERVE_SESSIONS: '200', NETUP_SERVE_PER_ADDRESS: '200' };
    const said = await start(started, ['serve', '--port', '0'], { ...state, ...demo.env, ...limits });
    const port = Number(/port (\d+)\.$/u.exec(said)?.[1]);
    const pid = started.at(-1)?.pid ?? 0;
    const privateKey = readFileSync(demo.ssh.identityFile, 'utf8');
    const open = (): Promise<Console> => openConsole(port, privateKey);
    consoles.push(await open());
    await delay(REST_MS / 3);
    const first = memoryMb(pid);
    const opening = performance.now();
    // Some at a time: those that have not logged in are few at once.
    while (consoles.length < SESSIONS) {
      const next = Math.min(5, SESSIONS - consoles.length);
      consoles.push(...(await Promise.all(Array.from({ length: next }, open))));
    }
    const openMs = performance.now() - opening;
    await delay(REST_MS);
    const before = { cpu: cpuSeconds(pid), at: performance.now() };
    await delay(REST_MS);
    const share = (cpuSeconds(pid) - before.cpu) / ((performance.now() - before.at) / 1000);
    const answers: number[] = [];
    let unanswered = 0;
    for (let key = 0; key < KEYS; key += 1) {
      for (const one of consoles) {
        const answer = await press(one, key % 2 === 0 ? 'j' : 'k');
        if (answer === null) unanswered += 1;
        else answers.push(answer);
      }
    }
    const all = memoryMb(pid);
    return [
      result(`serve: ${SESSIONS} consoles, memory of the process`, all, 'MB', { reference: first }),
      result('serve: memory of a further console', (all - first) / (SESSIONS - 1), 'MB'),
      result('serve: processor of a console that nobody types in', (share / SESSIONS) * 100, '% of a core'),
      result('serve: key to frame, median', quantile(answers, 0.5), 'ms'),
      result('serve: key to frame, p99', quantile(answers, 0.99), 'ms'),
      result('serve: keys without an answer', unanswered, 'keys', { goal: 0 }),
      result('serve: opening a console', openMs / (SESSIONS - 1), 'ms'),
    ];
  } finally {
    for (const { client } of consoles) client.end();
    for (const child of started.toReversed()) await stop(child);
    // Root's database is not in the state folder.
    for (const made of [folder, defaultServerDirectory(folder)]) rmSync(made, { recursive: true, force: true });
  }
}

/** Starts a command of the built program; gives its first line. */
async function start(started: ChildProcess[], argv: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, ['bin/netup-tui.js', ...argv], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  let text = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  child.stdout.resume();
  return text.split('\n')[0] ?? '';
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => {
    child.once('close', resolve);
  });
  if (child.exitCode === null && child.kill('SIGTERM')) await ended;
}

async function openConsole(port: number, privateKey: string): Promise<Console> {
  const client = new ssh2.Client();
  const ready = Promise.withResolvers<void>();
  client.once('ready', ready.resolve);
  client.on('error', ready.reject);
  client.connect({ host: '127.0.0.1', port, username: 'netup', privateKey, readyTimeout: 60_000 });
  await ready.promise;
  client.setNoDelay(true);
  const shell = Promise.withResolvers<ClientChannel>();
  client.shell(WINDOW, (error, channel) => (error === undefined ? shell.resolve(channel) : shell.reject(error)));
  const channel = await shell.promise;
  const opened: Console = { client, channel, bytes: 0, lastAt: 0 };
  const shown = Promise.withResolvers<void>();
  let text = '';
  let isShown = false;
  channel.on('data', (data: Buffer) => {
    opened.bytes += data.length;
    opened.lastAt = performance.now();
    if (isShown) return;
    text += String(data);
    isShown = /\d routers(?! so far)/u.test(text);
    if (isShown) shown.resolve();
  });
  channel.once('close', () => shown.reject(new Error('The console ended before it showed the fleet.')));
  await shown.promise;
  return opened;
}

/** Milliseconds from a key to the first byte after it; null if none came. Live data may come in between. */
async function press(one: Console, key: string): Promise<number | null> {
  const before = one.bytes;
  const pressedAt = performance.now();
  one.channel.write(key);
  while (one.bytes === before) {
    if (performance.now() - pressedAt > LOST_MS) return null;
    await delay(1);
  }
  return one.lastAt - pressedAt;
}

function memoryMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000;
}

/** User and system time of a process; the kernel counts hundredths of a second. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /su, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
