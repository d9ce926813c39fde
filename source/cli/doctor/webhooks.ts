import type { ProcessRole } from '../../postgres/safe-role.ts';
import { troubledWebhooks, type TroubledWebhook } from '../../postgres/webhook-trouble.ts';
import type { Context } from '../context.ts';
import { fail, type Finding, ok, reason, warn } from './finding.ts';
import { organizationsOf } from './organizations.ts';

/** A failure that lasts shorter may be a restart of the receiver. */
const LONG_MS = 10 * 60_000;
const HEAR = 'See `netup-tui webhooks deliveries --failed`, and try `netup-tui webhooks test';

/** Whether webhooks are told what they want to be told; nothing where there are none. */
export async function checkWebhooks(context: Context, role: ProcessRole): Promise<readonly Finding[]> {
  try {
    const findings: Finding[] = [];
    let count = 0;
    for (const { id, slug } of await organizationsOf(context, role)) {
      const webhooks = await troubledWebhooks(context.database.organization(id));
      count += webhooks.length;
      findings.push(...webhooks.flatMap((webhook) => findingsOf(slug, webhook)));
    }
    if (count === 0) return [];
    const what = count === 1 ? '1 webhook is' : `${count} webhooks are`;
    return findings.length > 0 ? findings : [ok('webhooks', `${what} told everything`)];
  } catch (error) {
    return [fail('webhooks', reason(error), '')];
  }
}

function findingsOf(slug: string, webhook: TroubledWebhook): readonly Finding[] {
  const { name, active, offReason, failingSince, lastError, givenUp, overdue } = webhook;
  const what = `${slug}: ${name}`;
  if (!active) {
    return [
      warn('webhooks', `${what} is off: ${offReason ?? ''}.`, `Run \`netup-tui webhooks on ${name}\`, or remove it.`),
    ];
  }
  const findings: Finding[] = [];
  if (failingSince !== null && Date.now() - failingSince.getTime() > LONG_MS) {
    const since = `${failingSince.toISOString().slice(0, 16)}Z`;
    findings.push(warn('webhooks', `${what} takes nothing since ${since}: ${lastError ?? '?'}.`, `${HEAR} ${name}\`.`));
  }
  if (givenUp > 0) {
    const messages = givenUp === 1 ? '1 message was' : `${givenUp} messages were`;
    findings.push(warn('webhooks', `${what}: ${messages} given up in the last two days.`, `${HEAR} ${name}\`.`));
  }
  if (overdue > 0) {
    const messages = overdue === 1 ? '1 message waits' : `${overdue} messages wait`;
    findings.push(
      warn('webhooks', `${what}: ${messages} since minutes, and nobody sends.`, 'Start `netup-tui worker`.'),
    );
  }
  return findings;
}
