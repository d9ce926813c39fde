import { removeCredential } from '../postgres/credentials.ts';
import { cleanLine } from '../model/text.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { openCredentials } from './credentials-scope.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { print, type Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { operands } = readCommandLine(argv, {
    name: 'credentials remove',
    operands: 'NAME',
    count: [1, 1],
    purpose: 'Deletes a login to devices from the database; nothing changes on the devices. Audited.',
    flags: {},
    examples: ['credentials remove routers'],
  });
  const [name = ''] = operands;
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'remove a credential');
    const { scope, actor, membership } = await openCredentials(context, 'remove a credential');
    await removeCredential(scope, actor, name);
    print(shell.stdout, `${cleanLine(name)} (${membership.slug}) is removed.`);
    return 0;
  } finally {
    await context.close();
  }
};
