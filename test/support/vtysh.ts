import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

const BGPD = '/usr/lib/frr/bgpd';
const VTYSH = '/usr/bin/vtysh';
const NEIGHBOURS = 120;

/** Why FRRouting cannot be tried here; null if it can. */
export function whyNoFrr(): string | null {
  const there = existsSync(BGPD) && existsSync(VTYSH);
  return there ? null : 'FRRouting (bgpd and vtysh) is not on this machine';
}

/** A router of FRRouting that talks to nobody: no port, no kernel, no account of its own. */
export interface FrrRouter {
  /** Its command line, as a shell for an account; pages with `more` until it is told not to. */
  readonly shell: string;
  /** What it answers without a terminal. */
  readonly answer: (command: string) => string;
}

/** Starts a router with many neighbours in its configuration. Stopped when the test is over. */
export async function startFrr(): Promise<FrrRouter> {
  const folder = mkdtempSync(join(tmpdir(), 'netup-frr-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const neighbours = Array.from({ length: NEIGHBOURS }, (_none, index) => {
    const address = `192.0.2.${index + 1}`;
    return ` neighbor ${address} remote-as ${65001 + index}\n neighbor ${address} description peer ${index}\n`;
  });
  writeFileSync(join(folder, 'vtysh.conf'), '');
  writeFileSync(join(folder, 'bgpd.conf'), `router bgp 65000\n${neighbours.join('')}`);
  const place = ['--vty_socket', folder];
  const files = ['-f', join(folder, 'bgpd.conf'), '-i', join(folder, 'pid'), '-z', join(folder, 'zebra')];
  const daemon = spawn(BGPD, ['-S', '-Z', '-n', '-p', '0', '-P', '0', ...files, ...place], { stdio: 'ignore' });
  // It removes what it keeps elsewhere when it is asked to end.
  onTestFinished(async () => {
    if (daemon.exitCode !== null) return;
    const ended = once(daemon, 'exit');
    daemon.kill('SIGTERM');
    await ended;
  });
  const config = ['--config_dir', folder];
  const answer = (command: string): string =>
    spawnSync(VTYSH, [...place, ...config, '-c', command], { encoding: 'utf8', maxBuffer: 1e7 }).stdout;
  await vi.waitFor(
    () => {
      if (!answer('show running-config').includes(`peer ${NEIGHBOURS - 1}`)) throw new Error('bgpd is not up yet');
    },
    { timeout: 10_000, interval: 50 },
  );
  return { shell: [`env VTYSH_PAGER="more -e" ${VTYSH}`, ...place, ...config].join(' '), answer };
}
