import type { Plugin } from 'rolldown';
import type { Replacement } from './ink/replacement.ts';

export const replacements: Readonly<Record<string, readonly Replacement[]>>;
export function applyReplacements(code: string, changes: readonly Replacement[], file: string): string;
export function inkCaches(options?: { complete?: boolean }): Plugin;
