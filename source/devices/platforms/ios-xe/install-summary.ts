import { z } from 'zod';
import type { InstallState } from '../../operations.ts';

/** What `show install summary` says of images; SMUs and the like are left out. */
export const installSummarySchema = z.object({
  /** The running one, and the one it would go back to. */
  committed: z.string().nullable(),
  /** The running one, not to stay unless it is committed. */
  uncommitted: z.string().nullable(),
  /** Put in place; of the committed version, or another. */
  inactive: z.array(z.string()),
  abortSeconds: z.number().nullable(),
  busy: z.string().nullable(),
});

export type InstallSummary = z.output<typeof installSummarySchema>;

export function parseInstallSummary(answer: string): unknown {
  const images = [...answer.matchAll(/^\s*IMG\s+([IUCD])\s+(\S+)\s*$/gmu)].map(([, state, version]) => ({
    state,
    version,
  }));
  if (images.length === 0) return null;
  const of = (state: string): readonly (string | undefined)[] =>
    images.filter((image) => image.state === state).map(({ version }) => version);
  return {
    committed: of('C')[0] ?? null,
    uncommitted: of('U')[0] ?? null,
    inactive: [...new Set(of('I'))],
    abortSeconds: parseAbortTimer(answer),
    busy:
      /^.*\b(?:operation|install\w*) (?:is )?(?:already )?(?:running|in progress)\b.*$/imu.exec(answer)?.[0].trim() ??
      null,
  };
}

/** Seconds until the device goes back by itself: `Auto abort timer: active on install_activate, time before rollback - 01:49:42`. */
function parseAbortTimer(answer: string): number | null {
  const match = /^Auto abort timer: active.* - (\d+):(\d{2}):(\d{2})/mu.exec(answer);
  return match === null ? null : (Number(match[1]) * 60 + Number(match[2])) * 60 + Number(match[3]);
}

/** What is under way. An inactive image of the committed version is a copy of what runs. */
export function installState({ busy, uncommitted, inactive, committed, abortSeconds }: InstallSummary): InstallState {
  if (busy !== null) return { kind: 'busy', detail: busy.slice(0, 200) };
  if (uncommitted !== null) return { kind: 'uncommitted', version: uncommitted, abortSeconds };
  const staged = inactive.find((version) => version !== committed);
  return staged === undefined ? { kind: 'idle' } : { kind: 'staged', version: staged };
}
