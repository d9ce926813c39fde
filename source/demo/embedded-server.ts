import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lockDirectory } from './embedded/directory-lock.ts';
import { makeOpenFolder } from './embedded/open-folder.ts';
import { type Account, serverAccount } from './embedded/server-account.ts';
import { installBinaries } from './embedded/server-binaries.ts';
import {
  freePort,
  launchServer,
  runProgram,
  type ServerFiles,
  stopOrphan,
  stopServer,
} from './embedded/server-process.ts';

export { defaultServerDirectory } from './embedded/server-account.ts';

export interface EmbeddedServer {
  readonly host: string;
  readonly port: number;
  /** The superuser: for migrations and for nothing else. */
  readonly adminUser: string;
  readonly adminPassword: string;
  stop(): Promise<void>;
}

export interface EmbeddedServerOptions {
  /** Holds the programs, the data, the password and the log. Made if it is not there; survives `stop`. */
  readonly directory: string;
  /** Where the programs are kept, if not in `directory`: test runs share one copy. */
  readonly binaries?: string;
  /** Further settings as `name=value`. */
  readonly settings?: readonly string[];
  onProgress?(text: string): void;
}

// Loopback TCP only: a socket file would meet the limit on the length of its path.
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'shared_buffers=128MB',
  'jit=off',
  'password_encryption=scram-sha-256',
  'log_min_messages=warning',
] as const;

/**
 * Starts a PostgreSQL of our own on a free port of the loopback interface. It ends when `stop` is called and when this process ends
 * in whatever way. Only one process at a time can use a directory: the second gets a `UserError`.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { directory } = options;
  const account = serverAccount();
  // What is secret in it is closed: the data, the password, the log.
  await makeOpenFolder(directory);
  const unlock = await lockDirectory(directory);
  try {
    options.onProgress?.('unpacking PostgreSQL');
    const binaries = await installBinaries(options.binaries ?? directory);
    const files = {
      binaries,
      directory,
      data: path.join(directory, 'data'),
      log: path.join(directory, 'postgres.log'),
      account,
    };
    await stopOrphan(files.data);
    const adminPassword = await initialise(files, options);
    options.onProgress?.('starting PostgreSQL');
    const { child, port } = await launch(files, [...SETTINGS, ...(options.settings ?? [])]);
    return {
      host: '127.0.0.1',
      port,
      adminUser: 'postgres',
      adminPassword,
      async stop() {
        await stopServer(child);
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Makes the data folder unless it is there, and returns the superuser's password. */
async function initialise(files: ServerFiles, options: EmbeddedServerOptions): Promise<string> {
  const secret = path.join(files.directory, 'admin-password');
  // The mark is written last: a folder without it was left by an interrupted start.
  const mark = path.join(files.directory, 'initialised');
  if (existsSync(mark)) return (await readFile(secret, 'utf8')).trim();
  options.onProgress?.('making the database');
  await rm(files.data, { recursive: true, force: true });
  await mkdir(files.data, { mode: 0o700 });
  await giveTo(files.data, files.account);
  const password = randomBytes(24).toString('base64url');
  await writeFile(secret, password, { mode: 0o600 });
  const passwordFile = path.join(files.data, '..', 'initdb-password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  await giveTo(passwordFile, files.account);
  try {
    const database = ['-D', files.data, '--encoding=UTF8', '--locale=C', '--no-instructions'];
    const login = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    await runProgram(files, 'initdb', [...database, ...login]);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeFile(mark, '');
  return password;
}

async function launch(files: ServerFiles, settings: readonly string[]) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { child: await launchServer(files, port, settings), port };
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function giveTo(file: string, account: Account | null): Promise<void> {
  if (account !== null) await chown(file, account.uid, account.gid);
}
