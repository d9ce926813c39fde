import { chmod, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Adopted, adoptAbandoned } from './adopt-folder.ts';
import { letGo, ownFolderName } from './owner.ts';
import { Spool, type SpoolOptions } from './spool.ts';

/** A spool in a folder of its own, with what writers that are gone have left behind. */
export interface OpenedFolder {
  readonly folder: string;
  readonly name: string;
  readonly spool: Spool;
  readonly adopted: Adopted;
}

/** Makes a folder for this process in `directory`, closed to others. Rejects if the disk does not let it. */
export async function openFolder(directory: string, options: Omit<SpoolOptions, 'folder'>): Promise<OpenedFolder> {
  const name = ownFolderName();
  const folder = path.join(directory, name);
  let spool;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(directory, 0o700);
    spool = await Spool.open({ ...options, folder });
    return { folder, name, spool, adopted: await adoptAbandoned(directory, folder, spool) };
  } catch (error) {
    await spool?.close().catch(() => undefined);
    letGo(name);
    throw error;
  }
}

/** Gives the folder up: what is left in it is for the next writer. */
export async function leaveFolder({ folder, name }: OpenedFolder, isEmpty: boolean): Promise<void> {
  if (isEmpty) await rm(folder, { recursive: true, force: true });
  letGo(name);
}
