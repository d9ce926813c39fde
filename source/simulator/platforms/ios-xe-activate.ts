import type { Machine } from '../machine.ts';
import { isYes, type Terminal } from '../terminal.ts';
import { iosTime } from '../uptime-text.ts';
import { drive, packageFile } from './ios-xe-names.ts';

const ACTIVATE_MS = 40_000;
const MINUTE_MS = 60_000;
const PROCEED = '\nThis operation may require a reload of the system. Do you want to proceed? [y/n]';

type Outcome = { readonly failed: string } | 'told' | 'done';

/** Takes the device down to come back with what was added. It goes back by itself after these minutes unless that is committed. */
export async function activate(machine: Machine, terminal: Terminal, minutes: number): Promise<Outcome> {
  const { software, device, flash } = machine;
  const { staged } = software;
  if (staged === null || flash.find(packageFile(staged)) === undefined)
    return { failed: 'ERROR: No inactive package to activate' };
  terminal.print(
    `install_activate: Activating IMG\nFollowing packages shall be activated:\n/${drive(device)}/${packageFile(staged)}\n`,
  );
  if (!isYes(await terminal.ask(PROCEED, 'key'))) return { failed: 'install_activate: aborted by the user' };
  if (machine.has('reload_refused')) return { failed: 'ERROR: The packages cannot be provisioned' };
  machine.counters.activations += 1;
  software.next = staged;
  software.staged = null;
  const abortAt = new Date(machine.now().getTime() + minutes * MINUTE_MS);
  software.abortAt = abortAt;
  machine.later(minutes * MINUTE_MS, () => goBack(machine, abortAt));
  if (machine.has('activation_stalls')) {
    await machine.wait(ACTIVATE_MS);
    return 'done';
  }
  return reload(machine, terminal, 'install_activate', 'Activate');
}

/** Takes the device down to come back with what was committed. */
export async function backTo(
  machine: Machine,
  terminal: Terminal,
  name: 'install_rollback' | 'install_abort',
): Promise<Outcome> {
  const { software } = machine;
  if (software.abortAt === null) return { failed: 'ERROR: There is nothing to go back to' };
  if (name === 'install_rollback' && stalled(machine))
    return { failed: 'ERROR: An install activity is not completed. Abort it first' };
  if (machine.has('rollback_fails')) return { failed: 'ERROR: The committed packages cannot be provisioned' };
  if (!isYes(await terminal.ask(PROCEED, 'key'))) return { failed: `${name}: aborted by the user` };
  machine.counters.rollbacks += 1;
  software.next = null;
  return reload(machine, terminal, name, name === 'install_abort' ? 'Abort' : 'Rollback');
}

/** Activated, and still in the boot from before. */
export function stalled({ software }: Machine): boolean {
  return software.next !== null && software.running === software.committed && software.busy !== 'install_activate';
}

async function reload(machine: Machine, terminal: Terminal, name: string, what: string): Promise<'told'> {
  if (machine.has('socket_dies_in_reload')) {
    terminal.print(`\n--- Starting ${what} ---\nPerforming ${what} on a`);
    machine.goDown('told');
    terminal.cut();
    return machine.untilDown();
  }
  terminal.print(`\n--- Starting ${what} ---\nPerforming ${what} on all members\n  [1] ${what} package(s) on R0\n`);
  await machine.wait(ACTIVATE_MS);
  terminal.print(
    `  [1] Finished ${what} on R0\nChecking status of ${what} on [R0]\n${what}: Passed on [R0]\nFinished ${what}\n\n`,
  );
  terminal.print(`SUCCESS: ${name} ${iosTime(machine.now())}\n`);
  machine.goDown('told');
  return machine.has('ssh_before_reboot') ? 'told' : machine.untilDown();
}

/** Unless it was committed in the meantime, or went back already and was activated anew. */
function goBack(machine: Machine, abortAt: Date): void {
  if (machine.software.abortAt === abortAt) machine.goDown('by itself');
}
