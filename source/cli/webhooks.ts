import { readEncryptionKeys } from '../config/encryption-keys.ts';
import { roleIncludes } from '../model/role.ts';
import { cleanLine } from '../model/text.ts';
import { WEBHOOK_EVENTS, type Webhook } from '../model/webhook.ts';
import { addWebhook, listWebhooks, removeWebhook, switchWebhook } from '../postgres/webhooks.ts';
import { newWebhookSecret } from '../upgrades/webhooks/signature.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { print, type Run } from './shell.ts';
import { textTable } from './text-table.ts';
import { readWebhookSecret, toEvents, toName, toUrl } from './webhooks-flags.ts';
import { asWebhookAdmin, openWebhooks } from './webhooks-scope.ts';

export const add: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'webhooks add',
    operands: 'NAME',
    count: [1, 1],
    purpose:
      'Has what happens to upgrades and plans sent to an address, signed as the Standard Webhooks specification says. The secret for it is made and shown once. ' +
      'Takes the role admin; audited.',
    flags: {
      url: { type: 'string', placeholder: 'URL', help: 'where to; needed. Workers send there, so choose it with care' },
      events: {
        type: 'string',
        placeholder: 'LIST',
        help: `only these, with commas between; all if left out: ${WEBHOOK_EVENTS.join(', ')}`,
      },
      ownSecret: { type: 'boolean', help: 'ask for the secret, or read it from standard input' },
      allowHttp: { type: 'boolean', help: 'take an http address, which others on the way can read' },
    },
    examples: [
      'webhooks add pager --url https://pager.example/netup --events upgrade.held,upgrade.rollback_failed',
      'webhooks add tickets --url https://tickets.example/hook --own-secret < secret',
    ],
  });
  const name = toName(operands[0] ?? '');
  const url = toUrl(flags.url, flags.allowHttp === true);
  const events = toEvents(flags.events);
  const keys = readEncryptionKeys(shell.env);
  keys.current();
  await asWebhookAdmin(shell, 'add a webhook', async ({ scope, actor, membership }) => {
    const own = flags.ownSecret === true;
    const secret = own ? await readWebhookSecret(shell, name) : newWebhookSecret();
    await addWebhook(scope, actor, keys, { name, url, events, secret });
    print(
      shell.stdout,
      `${name} (${membership.slug}) is told of ${events.length === 0 ? 'all events' : events.join(', ')}.`,
    );
    if (!own) print(shell.stdout, 'Keep its secret, it is shown once:', secret);
  });
  return 0;
};

export const list: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'webhooks list',
    purpose:
      'Lists the webhooks of your organization. Only admins see more of an address than its host, for the rest may be a secret.',
    flags: { json: { type: 'boolean', help: 'print a JSON list' } },
    examples: ['webhooks list', 'webhooks list --json'],
  });
  const context = openContext(shell.env);
  try {
    const { scope, membership } = await openWebhooks(context);
    const whole = roleIncludes(membership.role, 'admin');
    const found = await listWebhooks(scope);
    const webhooks = found.map((webhook) => (whole ? webhook : { ...webhook, url: new URL(webhook.url).origin }));
    if (flags.json === true) print(shell.stdout, JSON.stringify(webhooks));
    else if (webhooks.length === 0) print(shell.stdout, `${membership.slug} has no webhooks.`);
    else print(shell.stdout, ...textTable([['NAME', 'STATE', 'URL', 'EVENTS'], ...webhooks.map(toCells)]));
    return 0;
  } finally {
    await context.close();
  }
};

export const remove: Run = async (argv, shell) => {
  const { operands } = readCommandLine(argv, {
    name: 'webhooks remove',
    operands: 'NAME',
    count: [1, 1],
    purpose: 'Removes a webhook, with what it was not told yet. Takes the role admin; audited.',
    flags: {},
    examples: ['webhooks remove pager'],
  });
  const [name = ''] = operands;
  await asWebhookAdmin(shell, 'remove a webhook', async ({ scope, actor, membership }) => {
    const unsent = await removeWebhook(scope, actor, name);
    const lost = unsent === 0 ? '' : ` ${unsent === 1 ? '1 message was' : `${unsent} messages were`} not sent.`;
    print(shell.stdout, `${cleanLine(name)} (${membership.slug}) is removed.${lost}`);
  });
  return 0;
};

function switching(word: 'on' | 'off', purpose: string): Run {
  return async (argv, shell) => {
    const { operands } = readCommandLine(argv, {
      name: `webhooks ${word}`,
      operands: 'NAME',
      count: [1, 1],
      purpose: `${purpose} Takes the role admin; audited.`,
      flags: {},
      examples: [`webhooks ${word} pager`],
    });
    const [name = ''] = operands;
    await asWebhookAdmin(shell, `switch a webhook ${word}`, async ({ scope, actor, membership }) => {
      const changed = await switchWebhook(scope, actor, name, word === 'on');
      print(
        shell.stdout,
        `${cleanLine(name)} (${membership.slug}) ${changed ? 'is' : 'was'} ${word}${changed ? '' : ' already'}.`,
      );
    });
    return 0;
  };
}

export const on = switching(
  'on',
  'Has a webhook told again of what happens from now on; what it missed can be sent with webhooks retry.',
);
export const off = switching('off', 'Has a webhook told nothing for now; what it was not told yet is given up.');

function toCells({ name, active, offReason, failingSince, url, events }: Webhook): readonly string[] {
  const failing = failingSince === null ? 'on' : `fails since ${failingSince.toISOString().slice(0, 16)}Z`;
  return [name, active ? failing : `off: ${offReason ?? ''}`, url, events.length === 0 ? 'all' : events.join(' ')];
}
