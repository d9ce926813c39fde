import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../config/user-error.ts';
import type { InfluxSchema } from './influx-schema.ts';
import { parseSchema } from './parse-schema.ts';
import { taskText } from './task-text.ts';

/** Reads schema.yml in `folder` and the tasks that it names. Throws a `UserError` that says what is wrong with them. */
export async function readSchema(folder: string): Promise<InfluxSchema> {
  const { buckets, tokens, tasks } = parseSchema(await textOf(folder, 'schema.yml'), 'influx/schema.yml');
  return {
    buckets: buckets.map(({ retention, ...bucket }) => ({ ...bucket, retentionSeconds: retention })),
    tokens: tokens.map(({ name, permissions }) => ({
      name,
      permissions: permissions.map(({ action, resource }) => ({ action, bucket: resource === '*' ? null : resource })),
    })),
    tasks: await Promise.all(
      tasks.map(async (task) => {
        const text = await textOf(folder, task.file);
        if (/^option task\b/mu.test(text)) {
          throw new UserError(`influx/${task.file} has an "option task": its schedule belongs into influx/schema.yml.`);
        }
        return { name: task.name, file: task.file, flux: taskText(task, text) };
      }),
    ),
  };
}

async function textOf(folder: string, file: string): Promise<string> {
  try {
    return await readFile(path.join(folder, file), 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new UserError(`influx/${file} cannot be read (${reason}).`, { cause: error });
  }
}
