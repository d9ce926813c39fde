import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { version } from './package-root.ts';
import { makePrivateFolder, type Paths } from './paths.ts';
import { visible } from './printable.ts';

const KEPT = 10;
/** An error's causes are followed this far; a cause can point back to itself. */
const DEPTH = 5;

export interface CrashContext {
  /** What was running: `console`, `fleet load`. Never the whole command line. */
  readonly command: string;
  readonly terminal: { readonly columns: number | undefined; readonly rows: number | undefined };
  readonly removeSecrets: (text: string) => string;
  readonly now: Date;
}

/**
 * Writes what is needed to mend a defect into a file in the state folder, readable by its owner only, without secrets; keeps the
 * last ten. Returns its path, or null if it could not be written: reporting a crash must not crash.
 */
export function writeCrashReport(paths: Paths, error: unknown, context: CrashContext): string | null {
  try {
    makePrivateFolder(paths.state);
    const stamp = context.now.toISOString().replace(/[:.]/gu, '-');
    const file = path.join(paths.state, `crash-${stamp}-${process.pid}.txt`);
    writeFileSync(file, visible(context.removeSecrets(report(error, context))), { mode: 0o600 });
    forgetOld(paths.state);
    return file;
  } catch {
    return null;
  }
}

function report(error: unknown, { command, terminal, now }: CrashContext): string {
  return [
    `netup-tui ${version}, ${command}`,
    `time      ${now.toISOString()}`,
    `node      ${process.version}, ${process.platform} ${process.arch}, ${os.release()}`,
    `terminal  ${terminal.columns ?? '?'}x${terminal.rows ?? '?'}, TERM=${process.env['TERM'] ?? ''}`,
    `memory    ${Math.round(process.memoryUsage.rss() / 1024 / 1024)} MB`,
    '',
    ...causes(error, DEPTH),
    '',
  ].join('\n');
}

function causes(error: unknown, depth: number): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  const own = error.stack ?? `${error.name}: ${error.message}`;
  if (error.cause === undefined || depth === 0) return [own];
  return [own, 'caused by:', ...causes(error.cause, depth - 1)];
}

function forgetOld(folder: string): void {
  const reports = readdirSync(folder).filter((name) => /^crash-.*\.txt$/u.test(name));
  for (const name of reports.toSorted().slice(0, -KEPT)) rmSync(path.join(folder, name), { force: true });
}
