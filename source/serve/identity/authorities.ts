import { readFileSync, statSync } from 'node:fs';
import { quoted } from '../../config/printable.ts';
import { UserError } from '../../config/user-error.ts';
import { parsePublicKey } from './public-key.ts';

/** Reads the fingerprints of the authorities whose certificates are taken: a public key on each line. Throws a `UserError`. */
export function readAuthorities(file: string): ReadonlySet<string> {
  const name = `The file of authorities ${quoted(file, 200)}`;
  let text;
  try {
    // Who can write it can let anybody in.
    if (process.platform !== 'win32' && (statSync(file).mode & 0o022) !== 0)
      throw new UserError(`${name} can be written by others than its owner: chmod 644 it.`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new UserError(`${name} cannot be read (${why}); NETUP_SERVE_USER_CA names it.`, { cause: error });
  }
  const lines = text.split(/\r?\n/u).filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  if (lines.length === 0) throw new UserError(`${name} has no public key in it.`);
  return new Set(
    lines.map((line) => {
      try {
        return parsePublicKey(line).fingerprint;
      } catch (error) {
        throw new UserError(`${name}: a line ${error instanceof Error ? error.message : 'cannot be read'}.`, {
          cause: error,
        });
      }
    }),
  );
}
