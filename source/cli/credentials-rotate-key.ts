import { type EncryptionKeys, readEncryptionKeys } from '../config/encryption-keys.ts';
import { UserError } from '../config/user-error.ts';
import { cleanLine } from '../model/text.ts';
import { rotateCredentials } from '../postgres/rotate-credentials.ts';
import { rotateKeptTexts } from '../postgres/rotate-kept-texts.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { type CredentialsScope, openAllCredentials } from './credentials-scope.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { Progress } from './progress.ts';
import { print, type Run, type Shell } from './shell.ts';
import { signalled } from './signalled.ts';

const BATCH = 100;
const LARGEST_BATCH = 10_000;

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'credentials rotate-key',
    purpose:
      'Encrypts the credentials, the secrets of webhooks, and what is kept of upgrades, of all organizations that you are admin of with the current key. Can be stopped at any point and started again. Audited.',
    flags: {
      organization: { type: 'string', placeholder: 'SLUG', help: 'only this one of your organizations' },
      batch: { type: 'number', placeholder: 'N', help: `how many in one transaction; ${BATCH} if left out` },
    },
    examples: ['credentials rotate-key', 'credentials rotate-key --organization acme-backbone --batch 20'],
  });
  const batchSize = flags.batch ?? BATCH;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > LARGEST_BATCH) {
    throw new UserError(`netup-tui credentials rotate-key: --batch is a whole number from 1 to ${LARGEST_BATCH}.`, {
      exitCode: 2,
    });
  }
  const context = openContext(shell.env);
  const stop = signalled('Stopped. What is done stays done, and all is readable: run it again to do the rest.');
  stop.signal.addEventListener('abort', () => print(shell.stderr, 'Finishing the batch that is under way.'));
  try {
    refuseIfReadOnly(context, 'rotate the key');
    const keys = readEncryptionKeys(shell.env);
    keys.current();
    const { own, others } = await openAllCredentials(context, flags.organization, 'rotate the key');
    const left: string[] = [];
    for (const one of own) left.push(...(await rotate(shell, one, keys, { batchSize, signal: stop.signal })));
    for (const { slug, role } of others) print(shell.stdout, `${slug}: left out, for you are ${role} there`);
    if (left.length === 0) return 0;
    throw new UserError([...left, `So ${left.length} kept the old key.`].join('\n'));
  } finally {
    stop.release();
    await context.close();
  }
};

/** Says how far it is, and returns what was left as it was, with the reasons. */
async function rotate(
  shell: Shell,
  { scope, actor, membership: { slug } }: CredentialsScope,
  keys: EncryptionKeys,
  options: { readonly batchSize: number; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const { id: keyId } = keys.current();
  const progress = new Progress(shell.stdout);
  const onBatch = (done: number, total: number): void =>
    progress.show(`${slug}: ${done} of ${total} have the key ${keyId}`);
  const rotation = { ...options, onBatch };
  const credentials = await rotateCredentials(scope, actor, keys, rotation).finally(() => progress.clear());
  const count = credentials.rotated === 1 ? '1 credential' : `${credentials.rotated} credentials`;
  print(shell.stdout, cleanLine(`${slug}: ${count} got the key ${keyId}.`));
  const webhooks = await rotateCredentials(scope, actor, keys, rotation, 'webhook').finally(() => progress.clear());
  if (webhooks.rotated > 0) {
    const secrets = webhooks.rotated === 1 ? 'the secret of 1 webhook' : `the secrets of ${webhooks.rotated} webhooks`;
    print(shell.stdout, cleanLine(`${slug}: ${secrets} got the key ${keyId}.`));
  }
  const texts = await rotateKeptTexts(scope, actor, keys, rotation).finally(() => progress.clear());
  if (texts.rotated > 0) {
    const kept = texts.rotated === 1 ? '1 configuration or output' : `${texts.rotated} configurations and outputs`;
    print(shell.stdout, cleanLine(`${slug}: ${kept} of upgrades got the key ${keyId}.`));
  }
  return [...credentials.left, ...webhooks.left, ...texts.left].map((reason) => `${slug}: ${reason}.`);
}
