import path from 'node:path';
import type { Context } from '../context.ts';

/** Where the built-in server keeps its host keys. */
export function hostKeyFolder({ paths }: Pick<Context, 'paths'>): string {
  return path.join(paths.state, 'serve');
}
