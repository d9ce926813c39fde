import type { Credential } from '../model/credential.ts';
import { listCredentials } from '../postgres/credentials.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { openCredentials } from './credentials-scope.ts';
import { print, type Run } from './shell.ts';
import { textTable } from './text-table.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'credentials list',
    purpose: 'Lists the logins to devices of your organization. Their secrets are shown nowhere.',
    flags: { json: { type: 'boolean', help: 'print a JSON list' } },
    examples: ['credentials list', 'credentials list --json'],
  });
  const context = openContext(shell.env);
  try {
    const { scope, membership } = await openCredentials(context, 'list credentials');
    const credentials = await listCredentials(scope);
    if (flags.json === true) print(shell.stdout, JSON.stringify(credentials));
    else if (credentials.length === 0) print(shell.stdout, `${membership.slug} has no credentials.`);
    else print(shell.stdout, ...table(credentials));
    return 0;
  } finally {
    await context.close();
  }
};

function table(credentials: readonly Credential[]): readonly string[] {
  return textTable([
    ['NAME', 'TYPE', 'USER', 'KEY', 'CHANGED'],
    ...credentials.map(({ name, type, username, keyId, updatedAt }) => [
      name,
      type,
      username ?? '-',
      keyId,
      `${updatedAt.toISOString().slice(0, 16)}Z`,
    ]),
  ]);
}
