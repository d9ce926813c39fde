import type { Policy } from '../../../model/policy.ts';
import { describeWindow } from '../../../model/weekly-window.ts';
import { outageText } from '../../format/outage.ts';
import { flowParts } from '../../text/flow.ts';
import type { Part } from '../../text/parts.ts';
import type { LoadedPolicy } from './state.ts';

type LineParts = readonly Part[];

/** The lines above the routers: what the policy asks about, and its limits; how old it is while it cannot be read. */
export function headLines(
  { policyId, policy, state, readAt, failed }: LoadedPolicy,
  width: number,
  now: number,
): readonly LineParts[] {
  const outage: readonly LineParts[] = failed ? [[{ tone: 'bad', text: outageText(readAt, now) }]] : [];
  // One cell is left free on each side.
  const room = width - 2;
  if (policy !== null)
    return [...outage, ...flowParts(scopeFacts(policy), room), ...flowParts(limitFacts(policy), room)];
  if (failed) return outage;
  return state === 'missing'
    ? [[{ tone: 'warn', text: `There is no policy #${policyId} in this organization. P lists those that there are.` }]]
    : [[{ tone: 'muted', text: `Reading policy #${policyId} …` }]];
}

function scopeFacts(policy: Policy): readonly LineParts[] {
  const { id, name, shared, isActive, vendor, model, site, priority, specificity } = policy;
  const off: readonly LineParts[] = isActive ? [] : [[{ tone: 'warn', text: 'switched off' }]];
  return [
    [{ tone: 'title', text: `#${id} ${name}` }],
    ...off,
    [{ tone: 'muted', text: shared ? 'shared' : 'own' }],
    [`vendor=${vendor ?? 'any'}  model=${model ?? 'any'}  site=${site ?? 'any'}`],
    [{ tone: 'muted', text: `priority ${priority}, specificity ${specificity}` }],
  ];
}

function limitFacts(policy: Policy): readonly LineParts[] {
  const { maxCpuPercent, minFreeMemPercent, maxCriticalErrors, maxDataAgeSeconds, window, autoApprove } = policy;
  return [
    [`CPU ≤ ${maxCpuPercent}%`],
    [`free memory ≥ ${minFreeMemPercent}%`],
    [`critical errors ≤ ${maxCriticalErrors}`],
    [`readings ≤ ${maxDataAgeSeconds} s old`],
    [{ tone: 'muted', text: window === null ? 'no weekly window' : describeWindow(window) }],
    ...(autoApprove ? [[{ tone: 'warn', text: 'the agent may approve' }] as const] : []),
  ];
}
