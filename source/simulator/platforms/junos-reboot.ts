import type { CliSession } from '../cli-session.ts';
import { isYes, type Terminal } from '../terminal.ts';

/** `request system reboot`: asks, and takes the device down. */
export async function junosReboot(
  { machine }: CliSession,
  _args: readonly string[],
  terminal: Terminal,
): Promise<void> {
  if (machine.goingDown) {
    machine.countReloadCommand();
    terminal.print('error: a shutdown is in progress already\n');
    return;
  }
  if (!isYes(await terminal.ask('Reboot the system ? [yes,no] (no) '))) return;
  if (machine.has('reload_refused')) {
    terminal.print('error: the system cannot be rebooted now\n');
    return;
  }
  if (machine.software.next !== null) machine.counters.activations += 1;
  machine.goDown('told');
  if (machine.has('socket_dies_in_reload')) {
    terminal.print('\nShutdown N');
    terminal.cut();
    return machine.untilDown();
  }
  terminal.print('\nShutdown NOW!\n[pid 11735]\n');
  if (machine.has('ssh_before_reboot')) return;
  const { user, hostname } = machine.device;
  terminal.print(
    `\n*** FINAL System shutdown message from ${user}@${hostname} ***\n\nSystem going down IMMEDIATELY\n\n`,
  );
  return machine.untilDown();
}
