// Ink 8 works out the same string widths again for every frame. This transform of its built files keeps those answers: see
// docs/decisions/0001-ink-caches.md. It replaces exact text, so that a new Ink that no longer has it stops the build.
import { outputChanges } from './ink/change-output.ts';
import { lineChanges, measureChanges, nodeChanges, sanitizeChanges } from './ink/change-text.ts';
import { inkChanges, logChanges } from './ink/change-writing.ts';

/** @typedef {readonly [find: string, replace: string]} Replacement */

/** @type {Readonly<Record<string, readonly Replacement[]>>} */
export const replacements = {
  'output.js': outputChanges,
  'render-node-to-output.js': nodeChanges,
  'measure-text.js': measureChanges,
  'sanitize-ansi.js': sanitizeChanges,
  'line-update.js': lineChanges,
  'ink.js': inkChanges,
  'log-update.js': logChanges,
};

const inkFile = /[\\/]node_modules[\\/]ink[\\/]build[\\/]([a-z-]+\.js)$/;

/**
 * A rolldown and vite plugin. The build fails if a replacement does not fit the installed Ink exactly once, or if one of the files
 * was not met at all. A test run, which loads what it needs, passes `complete: false`.
 * @param {{ complete?: boolean }} [options]
 * @returns {{ name: string, transform: (code: string, id: string) => { code: string, map: null } | null, buildEnd: (error?: Error) => void }}
 */
export function inkCaches({ complete = true } = {}) {
  /** @type {Set<string>} */
  const met = new Set();
  return {
    name: 'ink-caches',
    transform(code, id) {
      const file = inkFile.exec(id.split('?')[0] ?? '')?.[1];
      const changes = file === undefined ? undefined : replacements[file];
      if (file === undefined || changes === undefined) return null;
      met.add(file);
      return { code: applyReplacements(code, changes, file), map: null };
    },
    buildEnd(error) {
      const missing = Object.keys(replacements).filter((file) => !met.has(file));
      if (complete && error === undefined && missing.length > 0) {
        throw new Error(
          `ink-caches: did not meet ink/build/${missing.join(', ')}; see docs/decisions/0001-ink-caches.md`,
        );
      }
    },
  };
}

/**
 * @param {string} code
 * @param {readonly Replacement[]} changes
 * @param {string} file
 * @returns {string}
 */
export function applyReplacements(code, changes, file) {
  let changed = code;
  for (const [find, replace] of changes) {
    const parts = changed.split(find);
    if (parts.length !== 2) {
      throw new Error(
        `ink-caches: expected this text once in ink/build/${file}, found it ${parts.length - 1} times; see docs/decisions/0001-ink-caches.md:\n${find}`,
      );
    }
    changed = parts.join(replace);
  }
  return changed;
}
