import { randomUUID } from 'node:crypto';
import { readEncryptionKeys } from '../config/encryption-keys.ts';
import { UserError } from '../config/user-error.ts';
import { findWebhook } from '../postgres/webhooks.ts';
import { revealWebhookSecret } from '../postgres/webhook-secret.ts';
import { pingPayload } from '../upgrades/webhooks/payload.ts';
import { postMessage } from '../upgrades/webhooks/post.ts';
import { signatureHeaders } from '../upgrades/webhooks/signature.ts';
import { readCommandLine } from './command-line.ts';
import { print, type Run } from './shell.ts';
import { signalled } from './signalled.ts';
import { asWebhookAdmin } from './webhooks-scope.ts';

export const run: Run = async (argv, shell) => {
  const { operands } = readCommandLine(argv, {
    name: 'webhooks test',
    operands: 'NAME',
    count: [1, 1],
    purpose:
      'Sends a ping from here, signed, and says what came back. Exits 1 if it was not taken. A worker may be elsewhere and reach less. Takes the role admin; audited.',
    flags: {},
    examples: ['webhooks test pager'],
  });
  const [name = ''] = operands;
  const keys = readEncryptionKeys(shell.env);
  const act = 'test a webhook';
  const work = asWebhookAdmin(
    shell,
    act,
    async ({ scope, actor, membership }) => {
      const webhook = await findWebhook(scope, name);
      const secret = await revealWebhookSecret(scope, keys, webhook.id, { actor, purpose: 'webhooks test' });
      const [id, at] = [randomUUID(), new Date()];
      const body = pingPayload(id, membership.slug, at);
      const headers = signatureHeaders(secret, { id, at, body });
      const ending = signalled('Stopped.');
      const answer = await postMessage(webhook.url, { headers, body }, ending).finally(() => ending.release());
      const { host } = new URL(webhook.url);
      if (answer.error !== null) throw new UserError(`${host} did not take the ping: ${answer.error}.`);
      print(shell.stdout, `${host} took the ping: it answered ${answer.status}.`);
      if (!webhook.active)
        print(shell.stdout, `The webhook is off (${webhook.offReason ?? ''}): netup-tui webhooks on ${name}`);
    },
    { changes: false },
  );
  await work;
  return 0;
};
