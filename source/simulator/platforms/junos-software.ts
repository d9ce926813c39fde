import type { CliSession } from '../cli-session.ts';
import type { Command } from '../command.ts';
import { bareName } from '../image-url.ts';
import type { Machine } from '../machine.ts';
import type { Terminal } from '../terminal.ts';
import { misfit } from './image-fits.ts';
import { junosReboot } from './junos-reboot.ts';

const VALIDATE_MS = 60_000;
const ADD_MS = 120_000;
const CLEANABLE = /^(?!install\.log$)/u;

export const junosSoftware: readonly Command[] = [
  { words: 'request system storage cleanup no-confirm', help: 'Free up space', talk: cleanup },
  { words: 'request system software validate <word>', help: 'Check a package', talk: withPackage(validate) },
  { words: 'request system software add <word>', help: 'Add a package', talk: withPackage(add) },
  { words: 'request system software add <word> no-validate', help: 'Add a package', talk: withPackage(addUnchecked) },
  { words: 'request system software delete <word>', help: 'Remove a package', talk: undo },
  { words: 'request system software rollback', help: 'Go back to the software before', talk: rollback },
  { words: 'request system reboot', help: 'Reboot the system', talk: junosReboot },
  {
    words: 'request system configuration rescue save',
    help: 'Save the configuration as the rescue configuration',
    run: ({ machine }) => (machine.saveConfiguration(), { text: '' }),
  },
  { words: 'show system software', help: 'Show loaded packages', run: ({ machine }) => ({ text: packages(machine) }) },
  {
    words: 'show system software list',
    help: 'Show loaded packages',
    run: ({ machine }) => ({ text: packages(machine) }),
  },
];

type Package = NonNullable<ReturnType<Machine['flash']['find']>>;

function packages(machine: Machine): string {
  const { software } = machine;
  const next = machine.has('boot_variable_wrong') ? null : software.next;
  const pending = next ?? (machine.has('stale_install_state') ? '20.4R3-S8' : null);
  const busy = software.busy ?? (machine.has('install_in_progress') ? 'package add' : null);
  const lines = [
    `node: localhost`,
    '--------------------------------',
    `Active boot device is primary: /dev/sda`,
    `List of installed version(s) :`,
    '',
    `    '-' running version`,
    `    '>' next boot version after upgrade/downgrade`,
    `    '<' rollback boot version`,
    `    '*' deleted JSU version`,
    '',
    `    - junos-${software.running} - [${machine.bootedAt.toISOString().slice(0, 19).replace('T', ' ')}]`,
    ...(pending === null
      ? []
      : [`    > junos-${pending} - [${machine.now().toISOString().slice(0, 19).replace('T', ' ')}]`]),
    ...(software.previous === software.running ? [] : [`    < junos-${software.previous}`]),
    ...(busy === null ? [] : ['', `Software installation is in progress: ${busy}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function withPackage(work: (machine: Machine, terminal: Terminal, file: Package) => Promise<void>) {
  return async ({ machine }: CliSession, [path = '']: readonly string[], terminal: Terminal): Promise<void> => {
    const { software } = machine;
    const file = machine.flash.find(bareName(path));
    if (file === undefined) {
      terminal.print(`ERROR: Could not find package ${path}\n`);
      return;
    }
    if (software.busy !== null || machine.has('install_in_progress')) {
      terminal.print('ERROR: Another package installation is in progress.\n');
      return;
    }
    software.busy = 'package add';
    try {
      await work(machine, terminal, file);
    } finally {
      software.busy = null;
    }
  };
}

async function validate(machine: Machine, terminal: Terminal, file: Package): Promise<void> {
  await fits(machine, terminal, file);
}

async function fits(machine: Machine, terminal: Terminal, file: Package): Promise<boolean> {
  const { device, software } = machine;
  terminal.print('Checking compatibility with configuration\nInitializing...\n');
  const reason = misfit(machine, file);
  if (reason === 'not an image') terminal.print(`ERROR: Cannot validate signature of package ${file.name}\n`);
  else if (reason === 'other model')
    terminal.print(`ERROR: Package ${file.name} is not compatible with this model: ${device.model.toLowerCase()}\n`);
  else if (reason === 'too old')
    terminal.print(`ERROR: Direct upgrade from ${software.running} is not supported\nERROR: validation failed\n`);
  else {
    await machine.wait(VALIDATE_MS);
    terminal.print('mgd: commit complete\nValidation succeeded\n');
  }
  return reason === null;
}

async function add(machine: Machine, terminal: Terminal, file: Package): Promise<void> {
  if (await fits(machine, terminal, file)) await install(machine, terminal, file);
}

async function addUnchecked(machine: Machine, terminal: Terminal, file: Package): Promise<void> {
  const reason = misfit(machine, file);
  // The package itself knows its models, whether or not it is validated against the configuration.
  if (reason === 'not an image') terminal.print(`ERROR: Cannot validate signature of package ${file.name}\n`);
  else if (reason === 'other model') terminal.print(`ERROR: Package ${file.name} is not compatible with this model\n`);
  else await install(machine, terminal, file);
}

async function install(machine: Machine, terminal: Terminal, file: Package): Promise<void> {
  const { software, flash } = machine;
  terminal.print(
    `Installing package '/var/tmp/${file.name}' ...\nVerified ${file.name} signed by PackageProductionSHA1RSA_2024 method RSA2048+SHA1\n`,
  );
  if (flash.freeBytes < file.sizeBytes) {
    terminal.print('ERROR: Insufficient space in /var: package not installed\n');
    return;
  }
  await machine.wait(ADD_MS);
  software.next = file.version;
  software.staged = file.version;
  terminal.print(
    [
      "NOTICE: 'pending' set will be activated at next reboot...",
      'WARNING:     A REBOOT IS REQUIRED TO LOAD THIS SOFTWARE CORRECTLY. Use the',
      "WARNING:     'request system reboot' command when software installation is",
      'WARNING:     complete. To abort the installation, do not reboot your system,',
      "WARNING:     instead use the 'request system software delete jinstall'",
      'WARNING:     command as soon as this operation completes.',
      '',
      'Saving state for rollback ...',
      '',
    ].join('\n'),
  );
}

async function undo({ machine }: CliSession, [name = '']: readonly string[], terminal: Terminal): Promise<void> {
  const { software } = machine;
  await machine.wait(5000);
  if (software.next === null) {
    terminal.print(`error: package '${name}' is not installed\n`);
    return;
  }
  software.next = null;
  software.staged = null;
  terminal.print(`Removing package '${name}' ...\nReverting the pending installation ...\n`);
}

async function rollback({ machine }: CliSession, _args: readonly string[], terminal: Terminal): Promise<void> {
  const { software } = machine;
  await machine.wait(ADD_MS / 4);
  if (machine.has('rollback_fails') || software.previous === software.running) {
    terminal.print('ERROR: Cannot rollback, no previous software package found\n');
    return;
  }
  machine.counters.rollbacks += 1;
  if (software.next !== null) {
    software.next = null;
    software.staged = null;
    terminal.print('Rollback of pending set...\nThe running set stays active\n');
    return;
  }
  software.next = software.previous;
  terminal.print(
    `Restoring boot file package junos-${software.previous}\nRollback of pending set...\nJunos version '${software.previous}' will become active at next reboot\n`,
  );
}

async function cleanup({ machine }: CliSession, _args: readonly string[], terminal: Terminal): Promise<void> {
  const { flash } = machine;
  await machine.wait(5000);
  terminal.print('\nList of files to delete:\n\n         Size Date         Name\n');
  if (machine.has('cleanup_frees_nothing')) return;
  const removable = flash.files.filter(({ name }) => CLEANABLE.test(name));
  for (const { name, sizeBytes, changedAt } of removable) {
    terminal.print(
      `${String(sizeBytes).padStart(12)}B ${changedAt.toUTCString().slice(5, 11)} 09:14 /var/tmp/${name}\n`,
    );
    if (!machine.has('declined_clean_success')) flash.remove(name);
  }
}
