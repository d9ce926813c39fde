import type { StepName } from '../../../model/upgrade.ts';
import { ago } from '../../format/age.ts';
import { outageText } from '../../format/outage.ts';
import { stepParts } from '../../format/upgrade-status.ts';
import type { Part } from '../../text/parts.ts';
import { type LoadedOutput, stepsWithOutput, stepToShow } from './state.ts';

/** Which step is shown and how old it is, and the steps around it. */
export function headLines(
  loaded: LoadedOutput,
  chosen: StepName | null,
  now: number,
): readonly [readonly Part[], readonly Part[]] {
  const shown = stepToShow(loaded.steps ?? [], chosen);
  const outage: readonly Part[] = loaded.failed ? [{ tone: 'bad', text: outageText(loaded.readAt, now) }] : [];
  if (shown === undefined || shown.takenAt === null) return [outage, []];
  const age = `   kept ${ago(now - shown.takenAt.getTime())}`;
  const redacted = loaded.text === null ? '' : '; known secrets are taken out';
  const word: Part = { tone: 'muted', text: `${age}${redacted}` };
  return [
    [
      stepParts(shown.status),
      ' ',
      { tone: 'title', text: shown.step },
      ...(outage.length > 0 ? ['   ', ...outage] : [word]),
    ],
    aroundParts(loaded, shown.step),
  ];
}

function aroundParts(loaded: LoadedOutput, shown: StepName): readonly Part[] {
  const steps = stepsWithOutput(loaded).map(({ step }) => step);
  const at = steps.indexOf(shown);
  const [before, after] = [steps[at - 1], steps[at + 1]];
  return [
    { tone: 'muted', text: `step ${at + 1} of ${steps.length} that printed something   ` },
    ...(before === undefined ? [] : [{ tone: 'muted', text: `← ${before}   ` } as const]),
    ...(after === undefined ? [] : [{ tone: 'muted', text: `${after} →` } as const]),
  ];
}
