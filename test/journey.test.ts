import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { defaultServerDirectory, startEmbeddedServer } from '../source/demo/embedded-server.ts';
import { PtyProgram } from './support/pty.ts';

// What the product is for, as two people do it: the demo in a real terminal, a request, an approval by somebody else.
const home = mkdtempSync(path.join(tmpdir(), 'netup-journey-'));
const state = path.join(home, 'state');
const directory = defaultServerDirectory(state);
const env = { PATH: process.env['PATH'], HOME: home, NETUP_STATE_DIR: state };
const programs: PtyProgram[] = [];

beforeAll(() => {
  execFileSync(process.execPath, [path.join(import.meta.dirname, '..', '.ci', 'build.mjs'), '--if-changed']);
});
afterAll(async () => {
  for (const program of programs) program.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  rmSync(directory, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
});

function demo(operator: string, size: { columns: number; rows: number }): PtyProgram {
  const program = new PtyProgram(['demo', '--as', operator], { ...size, env });
  programs.push(program);
  return program;
}

const rowSchema = z.object({
  status: z.string(),
  requester: z.string(),
  approver: z.string(),
  steps: z.number(),
  done: z.number(),
  runs: z.boolean(),
});

test(
  'an operator requests an upgrade, an approver approves it, and the rows say so',
  { timeout: 400_000 },
  async () => {
    const ben = demo('ben', { columns: 120, rows: 40 });
    await ben.waitFor(/180 routers · \d+ needs? attention/u, 60_000);
    ben.type('/ready=ready\r');
    await ben.waitFor('filter: ready=ready');
    await ben.waitFor(/^▌ .*✔ ready/u, 60_000);
    const hostname =
      /^▌\s+(?<name>\S+)/u.exec(ben.screen().find((line) => line.startsWith('▌')) ?? '')?.groups?.['name'] ?? '';
    ben.type('\r');
    await ben.waitFor(`fleet ▸ ${hostname}`);
    await ben.waitFor('✔ READY  (10 of 10 gates pass)');
    ben.type('u');
    await ben.waitFor('(•) ');
    ben.type('\r');
    await ben.waitFor('judged just now');
    ben.type('\r');
    await ben.waitFor('(•) as soon as another operator has approved it');
    // The dry-run is what it offers first.
    ben.type('\t');
    ben.type('\u001B[B');
    await ben.waitFor('(•) run to the end');
    ben.type('\r');
    await ben.waitFor('1 upgrade to request');
    ben.type('\r');
    await ben.waitFor(`Type ${hostname} to confirm`);
    // A double Enter, as an impatient hand gives it, arrives in one piece.
    ben.type(`${hostname}\r\r`);
    await ben.waitFor('◌ waits for approval');
    await ben.waitFor('STEPS      0 of 12 done');
    ben.type('a');
    await ben.waitFor(/cannot be approved: it needs the role approver; yours is operator/u);
    ben.type('q');
    expect(await ben.ended).toBe(0);

    // The second start is another person's, on a smaller screen.
    const ana = demo('ana', { columns: 80, rows: 24 });
    await ana.waitFor('1 waits for approval', 60_000);
    ana.type('U');
    await ana.waitFor(/▌.*◌ waits for approval/u);
    ana.type('a');
    await ana.waitFor(`Type ${hostname} to approve.`);
    ana.type('something-else\r');
    await ana.waitFor(`This is not ${hostname}.`);
    ana.type(`\u0015${hostname}\r`);
    await ana.waitFor('▶ running', 30_000);
    // Twelve steps over SSH, on a device that copies, installs and reloads.
    await ana.waitFor('over 1', 240_000);
    // The line drops.
    ana.kill('SIGHUP');
    await ana.ended;
    await vi.waitFor(() => expect(existsSync(path.join(directory, 'lock'))).toBe(false), { timeout: 15_000 });

    const server = await startEmbeddedServer({ directory });
    const { host, port, adminUser: user, adminPassword: password } = server;
    const sql = postgres({ host, port, user, password, database: 'netops', max: 1 });
    try {
      const upgrades = z.array(rowSchema).parse(
        await sql`
        SELECT u.status, r.name AS requester, a.name AS approver,
          (SELECT count(*)::int FROM upgrade_steps AS s WHERE s.upgrade_id = u.id) AS steps,
          (SELECT count(*)::int FROM upgrade_steps AS s WHERE s.upgrade_id = u.id AND s.status = 'success') AS done,
          o.current_ver = u.to_ver AS runs
        FROM upgrades AS u JOIN operators AS r ON r.id = u.requested_by JOIN operators AS a ON a.id = u.approved_by
          JOIN routers AS o ON o.organization_id = u.organization_id AND o.id = u.router_id
        WHERE u.router_id = ${hostname}`,
      );
      expect(upgrades).toEqual([
        { status: 'success', requester: 'ben', approver: 'ana', steps: 12, done: 12, runs: true },
      ]);
      const audit = await sql`
      SELECT action, actor_name, source FROM audit_events WHERE action LIKE 'upgrade.%' AND action <> 'upgrade.step' AND router_id = ${hostname} ORDER BY seq`;
      expect(audit).toEqual([
        { action: 'upgrade.request', actor_name: 'ben', source: 'console' },
        { action: 'upgrade.approve', actor_name: 'ana', source: 'console' },
        { action: 'upgrade.take', actor_name: expect.stringMatching(/^worker /u), source: 'worker' },
        { action: 'upgrade.success', actor_name: expect.stringMatching(/^worker /u), source: 'worker' },
      ]);
    } finally {
      await sql.end();
      await server.stop();
    }
  },
);
