import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');

function campaign(...argv: readonly string[]): { readonly code: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, ['.ci/campaign.mjs', ...argv], {
    cwd: root,
    encoding: 'utf8',
  });
  return { code: status, stderr };
}

test('a campaign that there is not is told, with those that there are', () => {
  expect(campaign('lost-backend', 'lost-frontend', '--runs', '5000')).toEqual({
    code: 2,
    stderr:
      'There is no campaign lost-frontend; there is claim-limits, console-walk, lost-backend, policy-match, spool-crash, sshd, upgrade-crash, upgrade-faults.\n',
  });
});

test('a number that is none is told', () => {
  expect(campaign('lost-backend', '--runs', 'many')).toEqual({
    code: 2,
    stderr: '--runs must be a whole number, for example --runs 5000.\n',
  });
});
