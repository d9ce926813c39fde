import { UserError } from './user-error.ts';
import { readPrivateFile } from './private-file.ts';
import { quoted } from './printable.ts';

/** One line of a key file. */
interface KeyLine {
  readonly id: string;
  readonly text: string;
  /** The file and the line, for messages. */
  readonly where: string;
}

/**
 * The lines `id:base64` of a file that its owner alone can read (mode 0600 or 0400); empty lines and lines that begin with # do not
 * count. Throws a `UserError` without anything of the file's content.
 */
export function readKeyFile(file: string): readonly KeyLine[] {
  const name = `The key file ${quoted(file, 200)}`;
  const lines = readPrivateFile(file, name, 'NETUP_KEY_FILE').split(/\r?\n/u);
  const keys = lines.flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const where = `${name}, line ${index + 1},`;
    const colon = trimmed.indexOf(':');
    if (colon === -1) throw new UserError(`${where} is not of the form "id:base64".`);
    return [{ id: trimmed.slice(0, colon).trim(), text: trimmed.slice(colon + 1).trim(), where }];
  });
  if (keys.length === 0) throw new UserError(`${name} has no line "id:base64" in it.`);
  return keys;
}
