import type { CliSession } from '../cli-session.ts';
import type { Command, CommandResult } from '../command.ts';
import { isYes, type Terminal } from '../terminal.ts';
import { iosTime } from '../uptime-text.ts';

export const iosXeConfigurationCommands: readonly Command[] = [
  { words: 'show running-config', help: 'Current operating configuration', run: running },
  { words: 'show startup-config', help: 'Contents of startup configuration', run: startup },
  { words: 'write memory', help: 'Write to NV memory', run: save },
  { words: 'reload', help: 'Halt and perform a cold restart', talk: reload },
  { words: 'write', help: 'Write to NV memory', run: save },
];

function running({ machine }: CliSession): CommandResult {
  const { runningConfiguration: text, device } = machine;
  const changed = iosTime(machine.bootedAt);
  return {
    text: `Building configuration...\n\nCurrent configuration : ${text.length} bytes\n!\n! Last configuration change at ${changed} by ${device.user}\n!\n${text}\n`,
  };
}

function startup({ machine }: CliSession): CommandResult {
  const { startupConfiguration: text, device } = machine;
  const changed = iosTime(machine.bootedAt);
  return {
    text: `Using ${text.length} out of 33554432 bytes\n!\n! Last configuration change at ${changed} by ${device.user}\n!\n${text}`,
  };
}

function save({ machine }: CliSession): CommandResult {
  machine.saveConfiguration();
  return { text: 'Building configuration...\n[OK]\n' };
}

/** Without an installation of its own: boots what is committed. */
async function reload({ machine }: CliSession, _args: readonly string[], terminal: Terminal): Promise<void> {
  if (machine.runningConfiguration !== machine.startupConfiguration) {
    const answer = await terminal.ask('\nSystem configuration has been modified. Save? [yes/no]: ');
    if (isYes(answer)) machine.saveConfiguration();
  }
  const answer = await terminal.ask('Proceed with reload? [confirm]', 'key');
  if (answer !== '' && !isYes(answer)) return;
  machine.goDown('told');
  await machine.untilDown();
}
