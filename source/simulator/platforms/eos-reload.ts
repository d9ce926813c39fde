import type { CliSession } from '../cli-session.ts';
import type { Command, CommandResult } from '../command.ts';
import { bareName } from '../image-url.ts';
import { isYes, type Terminal } from '../terminal.ts';
import { misfit } from './image-fits.ts';

export const eosReload: readonly Command[] = [
  { words: 'boot system <word>', help: 'Software image to boot', run: bootSystem },
  { words: 'install source <word>', help: 'Software image to boot', run: bootSystem },
  { words: 'write', help: 'Save the running configuration', run: save },
  { words: 'write memory', help: 'Save the running configuration', run: save },
  { words: 'reload', help: 'Reboot the system', talk: reloadAsking },
  { words: 'reload now', help: 'Reboot the system', talk: (session, _args, terminal) => reload(session, terminal) },
];

function bootSystem({ machine }: CliSession, [path = '']: readonly string[]): CommandResult {
  const { software, device, flash } = machine;
  const name = bareName(path);
  const file = flash.find(name);
  if (file === undefined) return { text: `% Error: flash:/${name}: No such file or directory\n` };
  if (machine.has('rollback_fails') && file.version === software.previous && software.previous !== software.running) {
    return { text: `% Error: cannot write boot-config (Input/output error)\n` };
  }
  if (machine.has('install_in_progress')) return { text: '% Error: another image installation is in progress\n' };
  const goesBack = file.version === software.previous;
  const reason = goesBack ? null : misfit(machine, file);
  if (reason === 'not an image')
    return { text: `% Error: flash:/${name} is not a valid SWI: signature verification failed\n` };
  if (reason === 'other model')
    return { text: `% Error: flash:/${name} does not support this hardware (${device.model})\n` };
  if (reason === 'too old')
    return { text: `% Error: upgrade from ${software.running} to this version is not supported\n` };
  software.bootFile = name;
  return { text: '' };
}

function save({ machine }: CliSession): CommandResult {
  if (machine.flash.freeBytes === 0)
    return { text: '% Error copying system:/running-config to flash:/startup-config (No space left on device)\n' };
  machine.saveConfiguration();
  return { text: 'Copy completed successfully.\n' };
}

async function reloadAsking(session: CliSession, _args: readonly string[], terminal: Terminal): Promise<void> {
  const { machine } = session;
  if (machine.runningConfiguration !== machine.startupConfiguration) {
    const answer = await terminal.ask('System configuration has been modified. Save? [yes/no/cancel/diff]:');
    if (/^c/iu.test(answer.trim())) return;
    if (isYes(answer)) machine.saveConfiguration();
  }
  const answer = await terminal.ask('Proceed with reload? [confirm]', 'key');
  if (answer === '' || isYes(answer)) await reload(session, terminal);
}

async function reload({ machine }: CliSession, terminal: Terminal): Promise<void> {
  const { software, device, flash } = machine;
  if (machine.has('reload_refused')) {
    terminal.print('% Error: the system cannot be reloaded now\n');
    return;
  }
  const version = flash.find(software.bootFile)?.version ?? null;
  if (version !== software.running && !machine.goingDown) {
    machine.counters[version === software.previous ? 'rollbacks' : 'activations'] += 1;
  }
  machine.goDown('told');
  if (machine.has('socket_dies_in_reload')) {
    terminal.print('\nBroadcast mess');
    terminal.cut();
    return machine.untilDown();
  }
  terminal.print(
    `\nBroadcast message from root@${device.hostname} (unknown) at ${machine.now().toISOString().slice(11, 16)} ...\n\nThe system is going down for reboot NOW!\n`,
  );
  if (!machine.has('ssh_before_reboot')) await machine.untilDown();
}
