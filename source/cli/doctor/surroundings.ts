import { accessSync, constants } from 'node:fs';
import { findPaths, makePrivateFolder } from '../../config/paths.ts';
import { version } from '../../config/package-root.ts';
import { unknownVariables, VARIABLES } from '../../config/variables.ts';
import type { Shell } from '../shell.ts';
import { suggestion } from '../suggest.ts';
import { fail, type Finding, ok, reason, warn } from './finding.ts';
import { checkGivenKeys } from './keys.ts';

/** The program, its folders and the terminal: what can be looked at without a connection. */
export function checkSurroundings(shell: Shell): readonly Finding[] {
  return [
    ok('program', `netup-tui ${version} on Node.js ${process.versions.node}, ${process.platform} ${process.arch}`),
    ...checkSpelling(shell.env),
    checkFolder(shell.env),
    checkTerminal(shell.env),
    ...checkGivenKeys(shell.env),
  ];
}

function checkSpelling(env: NodeJS.ProcessEnv): readonly Finding[] {
  const names = VARIABLES.map(({ name }) => name);
  return unknownVariables(env).map((name) =>
    warn(
      'variables',
      `${name} means nothing here.`,
      suggestion(name, names).trim() || 'README.md lists the variables.',
    ),
  );
}

function checkFolder(env: NodeJS.ProcessEnv): Finding {
  const { state } = findPaths(env);
  try {
    makePrivateFolder(state);
    accessSync(state, constants.W_OK);
    return ok('state folder', state);
  } catch (error) {
    return fail('state folder', reason(error), 'Set NETUP_STATE_DIR to a folder that you can write.');
  }
}

/** The sizes that screens are made for. */
const COLUMNS = 80;
const ROWS = 24;

function checkTerminal(env: NodeJS.ProcessEnv): Finding {
  const { columns, rows } = process.stdout;
  if (!process.stdout.isTTY || columns === undefined || rows === undefined) {
    return ok('terminal', 'none here; the console needs one, the other commands do not');
  }
  const size = `${columns}x${rows}, TERM=${env['TERM'] ?? ''}`;
  if (columns < COLUMNS || rows < ROWS) {
    return warn('terminal', size, `Enlarge the window to ${COLUMNS}x${ROWS} or more for the console.`);
  }
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  if (!/utf-?8/iu.test(locale)) {
    return warn(
      'terminal',
      `${size}, locale ${locale || 'not set'}`,
      'Set LANG to a UTF-8 locale (LANG=C.UTF-8), or lines may look broken.',
    );
  }
  return ok('terminal', `${size}, ${locale}`);
}
