import { readEncryptionKeys } from '../config/encryption-keys.ts';
import { UserError } from '../config/user-error.ts';
import { rotateCredentials } from '../postgres/rotate-credentials.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { openCredentials } from './credentials-scope.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { print, type Run } from './shell.ts';

const BATCH = 100;
const LARGEST_BATCH = 10_000;

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'credentials rotate-key',
    purpose:
      'Encrypts every credential of your organization with the current key. Can be stopped at any point and started again. Audited.',
    flags: {
      batch: { type: 'number', placeholder: 'N', help: `credentials in one transaction; ${BATCH} if left out` },
    },
    examples: ['credentials rotate-key', 'credentials rotate-key --batch 20'],
  });
  const batchSize = flags.batch ?? BATCH;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > LARGEST_BATCH) {
    throw new UserError(`netup-tui credentials rotate-key: --batch is a whole number from 1 to ${LARGEST_BATCH}.`, {
      exitCode: 2,
    });
  }
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'rotate the key');
    const keys = readEncryptionKeys(shell.env);
    const { id: keyId } = keys.current();
    const { scope, actor, membership } = await openCredentials(context, 'rotate the key');
    const onBatch = (done: number): void => print(shell.stdout, `${done} encrypted with the key ${keyId} so far`);
    const { rotated, left } = await rotateCredentials(scope, actor, keys, { batchSize, onBatch });
    const count = rotated === 1 ? '1 credential' : `${rotated} credentials`;
    print(shell.stdout, `${count} of ${membership.slug} got the key ${keyId}.`);
    if (left.length === 0) return 0;
    throw new UserError([...left.map((reason) => `${reason}.`), `So ${left.length} kept the old key.`].join('\n'));
  } finally {
    await context.close();
  }
};
