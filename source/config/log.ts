import { renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { destination, type Logger as PinoLogger, pino, stdSerializers } from 'pino';
import { makePrivateFolder, type Paths } from './paths.ts';
import type { LogLevel } from './settings.ts';

export type Logger = PinoLogger;

/** At this size the file is set aside, when a program starts and while it runs; the last three are kept. */
const ROTATE_BYTES = 5 * 1024 * 1024;
const KEPT = 3;

const SECRET_KEYS = ['password', 'token', 'secret', 'privateKey', 'passphrase', 'authorization', 'encryptedData'];

/**
 * Opens the log, JSON lines in the state folder that only its owner can read; never the screen, which belongs to the console.
 * Lines are written at once, so that none is lost in a crash. A full disk loses lines and nothing else.
 */
export function openLog(
  paths: Paths,
  level: LogLevel = 'info',
  removeSecrets: (text: string) => string = (text) => text,
): Logger {
  makePrivateFolder(path.dirname(paths.log));
  rotate(paths.log);
  const file = destination({ dest: paths.log, mode: 0o600, sync: true });
  file.on('error', () => undefined);
  let written = 0;
  file.on('write', (bytes: number) => {
    written += bytes;
    if (written < ROTATE_BYTES) return;
    written = 0;
    // Not in the middle of a line that is being written.
    setImmediate(() => {
      rotate(paths.log);
      file.reopen();
    });
  });
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[secret]' },
      serializers: { err: (error: Error) => cleanError(stdSerializers.err(error), removeSecrets) },
    },
    file,
  );
}

/** Drivers quote statements and addresses in their messages. */
function cleanError(error: object, removeSecrets: (text: string) => string): Record<string, unknown> {
  const fields: [string, unknown][] = Object.entries(error);
  return Object.fromEntries(
    fields
      .filter(([, value]) => value === null || ['string', 'number'].includes(typeof value))
      .map(([key, value]) => [key, typeof value === 'string' ? removeSecrets(value) : value]),
  );
}

/** Two programs that start at once may both try: the loser finds the file gone, which is as good. */
function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < ROTATE_BYTES) return;
  try {
    rmSync(`${file}.${KEPT}`, { force: true });
    for (let number = KEPT - 1; number >= 1; number -= 1) renameIfThere(`${file}.${number}`, `${file}.${number + 1}`);
    renameIfThere(file, `${file}.1`);
  } catch {
    // A log that cannot be set aside goes on growing; that is no reason not to start.
  }
}

function renameIfThere(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, to);
}
