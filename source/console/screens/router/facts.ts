import type { Decision } from '../../../model/gate.ts';
import type { UpgradeStatus } from '../../../model/upgrade.ts';
import type { Router } from '../../../model/router.ts';
import { compareVersions, runsRelease } from '../../../model/version.ts';
import { ago } from '../../format/age.ts';
import { statusWords } from '../../format/upgrade-status.ts';
import type { Part } from '../../text/parts.ts';
import type { RouterJudgement, RouterRecord } from './state.ts';

/** What it is and where: one line. */
export function factParts(router: Router, now: number): readonly Part[] {
  const name = [router.vendor, router.model].filter((word) => word !== null).join(' ');
  const facts = [
    name === '' ? 'vendor and model not known' : name,
    router.site ?? 'no site',
    router.status,
    ...(router.openUpgrade === null
      ? []
      : [`upgrade ${router.openUpgrade.id} ${statusClause(router.openUpgrade.status)}`]),
    `${router.managementAddress}${router.managementPort === 22 ? '' : `:${router.managementPort}`}`,
    ...(router.serial === null ? [] : [`serial ${router.serial}`]),
    router.lastSeenAt === null ? 'never read over SSH' : `read over SSH ${ago(now - router.lastSeenAt)}`,
  ];
  return [facts.join(' · ')];
}

function statusClause(status: UpgradeStatus): string {
  return status === 'pending' ? statusWords(status) : `is ${statusWords(status)}`;
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
          ...orderParts(router, targetVersion),
        ];
  return [{ tone: 'muted', text: 'running ' }, { tone: 'title', text: runningVersion }, ...target];
}

/** Two versions without an order are said to have none: nobody should take the arrow for "newer". */
function orderParts({ platform, runningVersion }: Router, target: string): readonly Part[] {
  if (runsRelease(platform, runningVersion, target)) return [];
  if (compareVersions(platform, target, runningVersion) !== null) return [];
  return [{ tone: 'warn', text: '  not comparable' }];
}

const VERDICTS = {
  approve: ['good', '✔ READY'],
  defer: ['warn', '◌ DEFER'],
  reject: ['bad', '✖ REJECT'],
} as const;

/** The decision and its age: figures that stop coming must not look like fresh ones. */
export function decisionParts({ decision, madeAt, failed }: RouterJudgement, now: number): readonly Part[] {
  if (decision === null || madeAt === null) {
    if (failed) return [{ tone: 'bad', text: 'decision: not known, a database does not answer' }];
    return [{ tone: 'muted', text: madeAt === null ? 'decision: asking …' : 'decision: none' }];
  }
  const [tone, word] = VERDICTS[decision.verdict];
  const age = now - madeAt;
  const stale: readonly Part[] = failed || age >= 60_000 ? [{ tone: 'warn', text: `  as of ${ago(age)}` }] : [];
  return [
    { tone: 'muted', text: 'decision: ' },
    { tone, text: word },
    { tone: 'muted', text: gateCount(decision) },
    ...stale,
  ];
}

/** How old the record is, once it cannot be read any more. */
export function recordAgeParts({ failed, readAt }: RouterRecord, now: number): readonly Part[] {
  if (!failed) return [];
  return [{ tone: 'bad', text: readAt === null ? '  not read yet ' : `  as of ${ago(now - readAt)} ` }];
}

function gateCount({ gates }: Decision): string {
  const failing = gates.filter(({ result }) => result !== 'pass').length;
  return failing === 0
    ? `  (${gates.length} of ${gates.length} gates pass)`
    : `  (${failing} of ${gates.length} gates do not pass)`;
}
