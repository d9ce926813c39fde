import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../config/user-error.ts';
import { parseFleetCsv } from '../model/parse-fleet-csv.ts';
import { type ParsedFleet, parseFleetJson } from '../model/parse-fleet-json.ts';

const MOST_BYTES = 512 * 1024 * 1024;

/**
 * Reads a fleet file in JSON or CSV; `-` is standard input. Which of the two it is shows in its first character. Throws a
 * `UserError` if it cannot be read at all; faults inside it are in the result.
 */
export async function readFleetFile(
  file: string,
  stdin: NodeJS.ReadableStream,
  organization: string | null,
): Promise<ParsedFleet> {
  const text = file === '-' ? await readAll(stdin) : await readText(file);
  return /^\s*[{[]/u.test(text) ? parseFleetJson(text) : parseFleetCsv(text, organization);
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) throw new UserError(`${file} is larger than 512 MiB; split it into several files.`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    const advice =
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'save it as UTF-8' : 'check its name and that you may read it';
    throw new UserError(`The fleet file ${file} cannot be read (${code}); ${advice}.`, { cause: error });
  }
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}
