import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder of the installed package, which holds `sql/`, `influx/` and `fixtures/`. Found by walking up, because this file lies in
 * `source/config/` when it runs from the sources and in `dist/` when it runs from the bundle.
 */
export const packageRoot: string = findRoot(import.meta.dirname);

/** The program's version, from package.json. */
export const version: string = readVersion();

function findRoot(start: string): string {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
    if (folder === path.dirname(folder)) throw new Error(`No package.json above ${start}.`);
  }
}

function readVersion(): string {
  const content: unknown = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8'));
  const found = typeof content === 'object' && content !== null && 'version' in content ? content.version : null;
  return typeof found === 'string' ? found : 'unknown';
}
