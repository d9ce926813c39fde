import type { Decision } from '../../../model/gate.ts';
import type { Router } from '../../../model/router.ts';
import { formatAge } from '../../format/age.ts';
import type { Part } from '../../text/parts.ts';
import type { RouterReadings } from './state.ts';

/** What it is and where: one line. */
export function factParts(router: Router, now: number): readonly Part[] {
  const name = [router.vendor, router.model].filter((word) => word !== null).join(' ');
  const facts = [
    name === '' ? 'vendor and model not known' : name,
    router.site ?? 'no site',
    `${router.managementAddress}${router.managementPort === 22 ? '' : `:${router.managementPort}`}`,
    ...(router.serial === null ? [] : [`serial ${router.serial}`]),
    router.status,
    router.lastSeenAt === null ? 'never read over SSH' : `read over SSH ${formatAge(now - router.lastSeenAt)} ago`,
  ];
  return [facts.join(' · ')];
}

/** Running version, target, and what the gates say about going there. */
export function versionParts(router: Router): readonly Part[] {
  const { runningVersion, targetVersion } = router;
  const target: readonly Part[] =
    targetVersion === null
      ? [{ tone: 'muted', text: '  no target version' }]
      : [
          { tone: 'muted', text: ' → target ' },
          { tone: 'title', text: targetVersion },
        ];
  return [{ tone: 'muted', text: 'running ' }, { tone: 'title', text: runningVersion }, ...target];
}

const VERDICTS = {
  approve: ['good', '✔ READY'],
  defer: ['warn', '◌ DEFER'],
  reject: ['bad', '✖ REJECT'],
} as const;

/** The decision and its age: figures that stop coming must not look like fresh ones. */
export function decisionParts({ decision, readAt }: RouterReadings, now: number): readonly Part[] {
  if (decision === null || readAt === null) return [{ tone: 'muted', text: 'decision: reading telemetry …' }];
  const [tone, word] = VERDICTS[decision.verdict];
  const age = now - readAt;
  const stale: readonly Part[] = age < 60_000 ? [] : [{ tone: 'warn', text: `  as of ${formatAge(age)} ago` }];
  return [
    { tone: 'muted', text: 'decision: ' },
    { tone, text: word },
    { tone: 'muted', text: gateCount(decision) },
    ...stale,
  ];
}

function gateCount({ gates }: Decision): string {
  const failing = gates.filter(({ result }) => result !== 'pass').length;
  return failing === 0
    ? `  (${gates.length} of ${gates.length} gates pass)`
    : `  (${failing} of ${gates.length} gates do not pass)`;
}
