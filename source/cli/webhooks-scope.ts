import type { Actor, Membership } from '../model/operator.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { type Context, openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { actorIn, findSession, type Session, startMembership } from './session.ts';
import type { Shell } from './shell.ts';

/** The organization whose webhooks a command works on, and who works on them as an admin. */
export interface WebhooksScope {
  readonly scope: OrganizationScope;
  readonly actor: Actor;
  readonly membership: Membership;
}

/** Does something to the webhooks of NETUP_ORGANIZATION, or the operator's first, as an admin. Throws a `UserError` for others. */
export async function asWebhookAdmin<T>(
  shell: Shell,
  act: string,
  work: (opened: WebhooksScope) => Promise<T>,
  { changes = true }: { readonly changes?: boolean } = {},
): Promise<T> {
  const context = openContext(shell.env);
  try {
    if (changes) refuseIfReadOnly(context, act);
    const { scope, membership, session } = await openWebhooks(context);
    return await work({ scope, membership, actor: actorIn(session, membership, 'admin', act) });
  } finally {
    await context.close();
  }
}

/** The same for what everybody may see. */
export async function openWebhooks({ database, settings }: Context): Promise<OpenedWebhooks> {
  const session = await findSession(database, settings);
  const membership = startMembership(session, settings.organization);
  return { session, membership, scope: database.organization(membership.organizationId) };
}

interface OpenedWebhooks extends Omit<WebhooksScope, 'actor'> {
  readonly session: Session;
}
