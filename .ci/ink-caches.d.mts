import type { Plugin } from 'rolldown';

export type Replacement = readonly [find: string, replace: string];
export const replacements: Readonly<Record<string, readonly Replacement[]>>;
export function applyReplacements(code: string, changes: readonly Replacement[], file: string): string;
export function inkCaches(options?: { complete?: boolean }): Plugin;
