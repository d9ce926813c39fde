import { workerAuditFiles } from '../config/audit-files.ts';
import { createAuditKey, publicKeyFile } from '../config/audit-key.ts';
import { readSettings } from '../config/environment.ts';
import { findPaths, makePrivateFolder } from '../config/paths.ts';
import { readCommandLine } from './command-line.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { print, type Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  readCommandLine(argv, {
    name: 'audit key create',
    purpose:
      "Makes the key that a worker signs the audit trail's checkpoints with, in the file that NETUP_AUDIT_KEY_FILE names, and its public " +
      'half beside it. Run it as the account of the worker. A key that is there is never replaced.',
    flags: {},
    examples: ['audit key create'],
  });
  const paths = findPaths(shell.env);
  const settings = readSettings(shell.env);
  refuseIfReadOnly({ settings }, 'make a key');
  const { keyFile } = workerAuditFiles(settings.audit, paths);
  makePrivateFolder(paths.state);
  const { id } = createAuditKey(keyFile);
  print(
    shell.stdout,
    `The private key is in ${keyFile}, which your account alone can read: keep a copy off this machine.`,
    `The public key is in ${publicKeyFile(keyFile)}: give it to whoever runs \`audit verify\` (id ${id}).`,
  );
  return 0;
};
