import { cleanLine } from '../../../model/text.ts';
import type { Schedule } from '../../../model/schedule.ts';
import type { UpgradeDetail, UpgradeWant } from '../../../model/upgrade.ts';
import type { UpgradeHold } from '../../../postgres/upgrade-hold.ts';
import type { UpgradeWorker } from '../../../postgres/upgrade-worker.ts';
import { formatStopwatch } from '../../format/age.ts';
import { holdWords, whatBecomes } from '../../format/worker-words.ts';
import type { WorkersSeen } from '../../loaders/workers.ts';
import type { Tone } from '../../theme/tones.ts';
import type { Part } from '../../text/parts.ts';
import { wrapLine } from '../../text/wrap.ts';
import type { LineParts } from './parts.ts';

export interface Standing {
  readonly now: number;
  readonly width: number;
  readonly workers: WorkersSeen | null;
  /** Which worker has it. */
  readonly worker: UpgradeWorker | null;
  /** What keeps it waiting. */
  readonly hold: UpgradeHold | null;
}

/** What matters most now: who carries it out and how far it is, why it is held, why it failed, what becomes of it. */
export function standingLines(upgrade: UpgradeDetail, standing: Standing): readonly LineParts[] {
  switch (upgrade.status) {
    case 'approved':
    case 'scheduled': {
      if (upgrade.dryRun && standing.workers?.workers === 0)
        return [[{ tone: 'warn', text: 'No worker is connected: it begins when one is.' }]];
      const words = whatBecomes(standing.workers, beginOf(upgrade), standing.now, standing.hold);
      return words === null ? [] : [[words]];
    }
    case 'running':
      return runningLines(upgrade, standing);
    case 'paused':
      return said('warn', '‖', upgrade, standing);
    case 'failed':
      return [...said('bad', '✖', upgrade, standing), ...tookLine(upgrade)];
    case 'rolled_back':
      return [...said('bad', '↩', upgrade, standing), ...tookLine(upgrade)];
    case 'cancelled':
      return said('muted', '–', upgrade, standing);
    case 'success':
      return [...said('good', '✔', upgrade, standing), ...tookLine(upgrade)];
    case 'pending':
      return deferredLines(upgrade, standing);
    case 'draft':
    case 'rejected':
      return [];
  }
}

const WANTED: Readonly<Record<UpgradeWant, string>> = {
  pause: '‖ It pauses before its next step, unless its device was told to go down.',
  cancel: '– It is cancelled before its next step, unless its device was told to go down.',
  rollback: '↩ Its device is taken back before its next step, as somebody asked.',
};

/** A dry-run does not wait for the time that it is about. */
function beginOf({ dryRun, schedule }: UpgradeDetail): Schedule {
  return dryRun ? { kind: 'now' } : schedule;
}

function deferredLines({ deferredWhy }: UpgradeDetail, { width }: Standing): readonly LineParts[] {
  if (deferredWhy === null || deferredWhy === undefined) return [];
  const text = `◌ The agent defers it, so nobody can approve it but in an emergency: ${cleanLine(deferredWhy)}`;
  return wrapLine(text, width).map((line): LineParts => [{ tone: 'warn', text: line }]);
}

function runningLines(upgrade: UpgradeDetail, { now, worker, workers, hold }: Standing): readonly LineParts[] {
  const { startedAt, steps, wanted } = upgrade;
  const current = steps.find(({ status }) => status === 'running') ?? steps.find(({ status }) => status === 'pending');
  const far = [
    ...(current === undefined
      ? []
      : [current.name === 'rollback' ? 'is taken back' : `step ${current.position} of ${ordinary(upgrade)}`]),
    ...(startedAt === null ? [] : [`running for ${formatStopwatch(now - startedAt.getTime())}`]),
    ...(worker?.alive === true ? [`worker ${cleanLine(worker.host)}/${worker.pid}`] : []),
  ].join(' · ');
  return [
    [{ tone: 'info', text: far }],
    ...(worker?.alive === true ? [] : [[withoutWorker(workers, worker, hold)]]),
    ...(wanted === null
      ? []
      : [
          [
            {
              tone: 'warn',
              text: WANTED[wanted],
            } as const,
          ],
        ]),
  ];
}

function withoutWorker(workers: WorkersSeen | null, worker: UpgradeWorker | null, hold: UpgradeHold | null): Part {
  if (workers?.workers === 0) {
    return { tone: 'warn', text: 'No worker is connected: it stands where it is until one is.' };
  }
  if (worker !== null) {
    return { tone: 'warn', text: `Its worker on ${cleanLine(worker.host)} is silent: another goes on with it.` };
  }
  if (hold !== null) return { tone: 'info', text: holdWords(hold) };
  return { tone: 'info', text: 'It waits for a worker, which goes on from the last finished step.' };
}

function ordinary({ steps }: UpgradeDetail): number {
  return steps.filter(({ name }) => name !== 'rollback').length;
}

function said(tone: Tone, glyph: string, { outcome }: UpgradeDetail, { width }: Standing): readonly LineParts[] {
  if (outcome === null || outcome === '') return [];
  return wrapLine(`${glyph} ${cleanLine(outcome)}`, width).map((text) => [{ tone, text }]);
}

function tookLine({ startedAt, finishedAt }: UpgradeDetail): readonly LineParts[] {
  if (startedAt === null || finishedAt === null) return [];
  return [[{ tone: 'muted', text: `It took ${formatStopwatch(finishedAt.getTime() - startedAt.getTime())}.` }]];
}
