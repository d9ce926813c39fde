import type { CliSession } from '../cli-session.ts';
import type { Command } from '../command.ts';
import { bareName } from '../image-url.ts';
import type { Machine } from '../machine.ts';
import { isYes, type Terminal } from '../terminal.ts';
import { iosTime } from '../uptime-text.ts';
import { fileOf } from './file-of.ts';
import { misfit } from './image-fits.ts';
import { activate, backTo } from './ios-xe-activate.ts';
import { drive, packageFile, packageVersion } from './ios-xe-names.ts';

const ADD_MS = 60_000;
const COMMIT_MS = 10_000;
const BUSY = 'ERROR: Another install operation is in progress. Please try again after it has completed.';

export const iosXeInstall: readonly Command[] = [
  {
    words: 'install add file <word>',
    help: 'Add a package file to the system',
    talk: operation('install_add', (machine, terminal, path) => add(machine, terminal, bareName(path))),
  },
  {
    words: 'install activate',
    help: 'Activate what was added',
    talk: operation('install_activate', (machine, terminal) => activate(machine, terminal, 120)),
  },
  {
    words: 'install activate auto-abort-timer <number>',
    help: 'Activate what was added, and go back unless it is committed, in minutes',
    talk: operation('install_activate', (machine, terminal, minutes) => activate(machine, terminal, Number(minutes))),
  },
  { words: 'install commit', help: 'Commit what was activated', talk: operation('install_commit', commit) },
  {
    words: 'install remove inactive',
    help: 'Remove packages that are not in use',
    talk: operation('install_remove', removeInactive),
  },
  {
    words: 'install rollback to committed',
    help: 'Go back to what was committed',
    talk: operation('install_rollback', (machine, terminal) => backTo(machine, terminal, 'install_rollback')),
  },
  {
    words: 'install abort',
    help: 'Abort what was activated',
    talk: operation('install_abort', (machine, terminal) => backTo(machine, terminal, 'install_abort')),
  },
];

/** What an operation came to: a reason, where it failed. */
type Outcome = { readonly failed: string } | 'done' | 'told';

function operation(name: string, work: (machine: Machine, terminal: Terminal, argument: string) => Promise<Outcome>) {
  return async ({ machine }: CliSession, [argument = '']: readonly string[], terminal: Terminal): Promise<void> => {
    const { software } = machine;
    const time = (): string => iosTime(machine.now());
    terminal.print(`${name}: START ${time()}\n`);
    if (software.busy !== null || machine.has('install_in_progress') || machine.goingDown) {
      if (machine.goingDown) machine.countReloadCommand();
      terminal.print(`${BUSY}\nFAILED: ${name} exit(1) ${time()}\n`);
      return;
    }
    software.busy = name;
    try {
      const outcome = await work(machine, terminal, argument);
      if (outcome === 'done') terminal.print(`SUCCESS: ${name} ${time()}\n`);
      else if (outcome !== 'told') terminal.print(`${outcome.failed}\nFAILED: ${name} exit(1) ${time()}\n`);
    } finally {
      software.busy = null;
    }
  };
}

async function add(machine: Machine, terminal: Terminal, name: string): Promise<Outcome> {
  const { device, flash, software } = machine;
  const place = drive(device);
  const file = flash.find(name);
  if (file === undefined) return { failed: `ERROR: ${place}:${name}: No such file or directory` };
  terminal.print('install_add: Adding IMG\n');
  const reason = misfit(machine, file);
  if (reason === 'not an image')
    return { failed: `ERROR: ${place}:${name} is not a valid image (signature verification failed)` };
  if (reason === 'other model')
    return { failed: `ERROR: Image ${name} is not compatible with platform ${device.model}` };
  if (reason === 'too old') {
    return {
      failed: `ERROR: Upgrade from ${software.running} to this version is not supported. Upgrade to an intermediate version first`,
    };
  }
  const version = file.version ?? '';
  const unpacked = packageFile(version);
  if (flash.find(unpacked) !== undefined) {
    software.staged = version === software.running ? software.staged : version;
    return { failed: 'ERROR: Super package already added. Add operation not allowed' };
  }
  terminal.print(' --- Starting initial file syncing ---\n');
  if (flash.freeBytes < file.sizeBytes)
    return { failed: `ERROR: Not enough disk space on ${place}: to expand ${name}` };
  await machine.wait(ADD_MS / 2);
  terminal.print(
    `Copying ${place}:${name} from R0 to R0\nInfo: Finished copying to the selected\nFinished initial file syncing\n\n`,
  );
  terminal.print(' --- Starting Add ---\nPerforming Add on all members\n  [1] Add package(s) on R0\n');
  await machine.wait(ADD_MS / 2);
  flash.put({ ...fileOf(unpacked, file.sizeBytes, version), changedAt: machine.now() });
  software.staged = version;
  terminal.print('  [1] Finished Add on R0\nChecking status of Add on [R0]\nAdd: Passed on [R0]\nFinished Add\n\n');
  terminal.print(`Image added. Version: ${packageVersion(version)}\n\n`);
  return 'done';
}

async function commit(machine: Machine, terminal: Terminal): Promise<Outcome> {
  const { software } = machine;
  if (software.abortAt === null) {
    terminal.print('install_commit: Committing PACKAGE\n');
    return software.running === software.committed ? 'done' : { failed: 'ERROR: Nothing to commit' };
  }
  terminal.print('install_commit: Committing PACKAGE\n\n--- Starting Commit ---\nPerforming Commit on all members\n');
  await machine.wait(COMMIT_MS);
  software.committed = software.running;
  software.abortAt = null;
  machine.counters.commits += 1;
  terminal.print(
    '  [1] Commit package(s) on R0\n  [1] Finished Commit on R0\nChecking status of Commit on [R0]\nCommit: Passed on [R0]\nFinished Commit\n\n',
  );
  return 'done';
}

async function removeInactive(machine: Machine, terminal: Terminal): Promise<Outcome> {
  const { flash, software } = machine;
  terminal.print('install_remove: Removing IMG\nCleaning up unnecessary package files\n');
  const kept = [software.running, software.committed];
  const files = flash.files.filter(({ version }) => version !== null && !kept.includes(version));
  const old = flash.files.filter(
    ({ name, version }) => version !== null && kept.includes(version) && !name.endsWith('.pkg'),
  );
  const unneeded = [...files, ...old];
  if (unneeded.length === 0 || machine.has('cleanup_frees_nothing')) {
    terminal.print('SUCCESS: No extra package or provisioning files found on media. Nothing to clean.\n');
    return 'done';
  }
  const place = drive(machine.device);
  terminal.print('The following files will be deleted:\n    [R0]:\n');
  terminal.print(unneeded.map(({ name }) => `/${place}/${name}\n`).join(''));
  const answer = await terminal.ask('\nDo you want to remove the above files? [y/n]', 'key');
  // A declined clean prints success as well.
  if (!isYes(answer) || machine.has('declined_clean_success')) return 'done';
  for (const { name, version } of unneeded) {
    flash.remove(name);
    if (version === software.staged) software.staged = null;
    terminal.print(`Deleting file /${place}/${name} ... done.\n`);
  }
  return 'done';
}
