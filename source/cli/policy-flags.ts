import { UserError } from '../config/user-error.ts';
import { type PolicyDraft, readDraft, textsOf } from '../model/policy-draft.ts';
import { WINDOW_FORM } from '../model/window-text.ts';
import type { CommandLine } from './command-line.ts';

/** Flags of every command that changes a policy. */
export const commonFlags = {
  dryRun: { type: 'boolean', help: 'only say which routers would change their policy' },
  json: { type: 'boolean', help: 'print JSON' },
} as const;

/** What a policy says. */
export const fieldFlags = {
  vendor: { type: 'string', placeholder: 'NAME', help: 'only its routers; any: all' },
  model: { type: 'string', placeholder: 'NAME', help: 'only routers of this model; any: all' },
  site: { type: 'string', placeholder: 'NAME', help: 'only routers of this site; any: all' },
  priority: {
    type: 'string',
    placeholder: 'NUMBER',
    help: 'the highest that fits a router counts, then what says most',
  },
  maxCpu: { type: 'string', placeholder: 'PERCENT', help: 'CPU above which nothing is upgraded' },
  minMemory: { type: 'string', placeholder: 'PERCENT', help: 'free memory below which nothing is upgraded' },
  maxErrors: { type: 'string', placeholder: 'COUNT', help: 'critical errors above which nothing is upgraded' },
  maxAge: { type: 'string', placeholder: 'SECONDS', help: 'age of readings that counts as none' },
  window: { type: 'string', placeholder: 'WINDOW', help: `the weekly window, such as "${WINDOW_FORM}"; none` },
  ...commonFlags,
} as const;

export type PolicyFlags = CommandLine<typeof fieldFlags>['flags'];

const FLAG_OF = {
  name: 'name',
  vendor: '--vendor',
  model: '--model',
  site: '--site',
  priority: '--priority',
  maxCpuPercent: '--max-cpu',
  minFreeMemPercent: '--min-memory',
  maxCriticalErrors: '--max-errors',
  maxDataAgeSeconds: '--max-age',
  window: '--window',
  isActive: 'active',
} as const;

/** The draft with what the flags say. Throws a `UserError` that names the flags that cannot be read. */
export function toDraft(command: string, draft: PolicyDraft, flags: PolicyFlags): PolicyDraft {
  const texts = textsOf(draft);
  const read = readDraft({
    ...texts,
    vendor: flags.vendor ?? texts.vendor,
    model: flags.model ?? texts.model,
    site: flags.site ?? texts.site,
    priority: flags.priority ?? texts.priority,
    maxCpuPercent: flags.maxCpu ?? texts.maxCpuPercent,
    minFreeMemPercent: flags.minMemory ?? texts.minFreeMemPercent,
    maxCriticalErrors: flags.maxErrors ?? texts.maxCriticalErrors,
    maxDataAgeSeconds: flags.maxAge ?? texts.maxDataAgeSeconds,
    window: flags.window ?? texts.window,
  });
  if (read.ok) return read.draft;
  const faults = [...read.faults].map(([field, fault]) => `${FLAG_OF[field]}: ${fault}`).join('; ');
  throw new UserError(`netup-tui ${command}: ${faults}.`, { exitCode: 2 });
}
