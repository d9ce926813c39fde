import { UserError } from '../config/user-error.ts';
import { draftOf, NEW_POLICY, type PolicyDraft } from '../model/policy-draft.ts';
import type { Policy } from '../model/policy.ts';
import { cleanLine } from '../model/text.ts';
import { describeWindow } from '../model/weekly-window.ts';
import { getPolicy, listPolicies } from '../postgres/policies.ts';
import { previewPolicy } from '../postgres/policy-preview.ts';
import { type PolicyChange, savePolicy } from '../postgres/policy-writes.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { commonFlags, fieldFlags, type PolicyFlags, toDraft } from './policy-flags.ts';
import { previewLines } from './policy-lines.ts';
import { actorIn, findSession, startMembership } from './session.ts';
import { print, type Run, type Shell } from './shell.ts';
import { textTable } from './text-table.ts';

export const list: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'policy list',
    purpose:
      'Lists the policies of your organization and the shared ones, in the order in which a router looks for its own.',
    flags: { json: commonFlags.json },
    examples: ['policy list'],
  });
  const context = openContext(shell.env);
  try {
    const session = await findSession(context.database, context.settings);
    const { organizationId, slug } = startMembership(session, context.settings.organization);
    const policies = await listPolicies(context.database.organization(organizationId));
    if (flags.json === true) print(shell.stdout, JSON.stringify(policies));
    else if (policies.length === 0) print(shell.stdout, `There are no policies in ${slug}: netup-tui policy add.`);
    else {
      const head = [
        'ID',
        'NAME',
        'SCOPE',
        'VENDOR',
        'MODEL',
        'SITE',
        'PRIO',
        'CPU',
        'MEM',
        'WINDOW',
        'ACTIVE',
        'ROUTERS',
      ];
      const rows = policies.map((policy) => [
        policy.id,
        policy.name,
        policy.shared ? 'shared' : 'own',
        policy.vendor ?? 'any',
        policy.model ?? 'any',
        policy.site ?? 'any',
        String(policy.priority),
        `${policy.maxCpuPercent}%`,
        `${policy.minFreeMemPercent}%`,
        policy.window === null ? '-' : describeWindow(policy.window),
        policy.isActive ? 'yes' : 'no',
        String(policy.routers),
      ]);
      print(shell.stdout, ...textTable([head, ...rows]));
    }
    return 0;
  } finally {
    await context.close();
  }
};

export const add: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'policy add',
    operands: 'NAME',
    count: [1, 1],
    purpose:
      'Adds a policy for the routers of your organization, and says how many it changes. What is left out is as in a policy that nobody changed: ' +
      'CPU 80, memory 20, no errors, readings of 300 seconds, no window. Takes the role admin. Audited.',
    flags: fieldFlags,
    examples: [
      'policy add "ams, careful" --site ams --max-cpu 60 --window "Sat 01:00-05:00 Europe/Amsterdam" --dry-run',
    ],
  });
  await change(shell, flags, async () => ({
    kind: 'add',
    draft: toDraft('policy add', { ...NEW_POLICY, name: operands[0] ?? '' }, flags),
  }));
  return 0;
};

export const set: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'policy set',
    operands: 'ID',
    count: [1, 1],
    purpose:
      'Changes a policy of your organization, and says how many routers change theirs; what is left out stays. Takes the role admin. Audited.',
    flags: { name: { type: 'string', placeholder: 'NAME', help: 'its new name' }, ...fieldFlags },
    examples: ['policy set 14 --max-cpu 70 --dry-run', 'policy set 14 --window none'],
  });
  await change(shell, flags, (find) =>
    find(operands[0] ?? '', (draft) =>
      toDraft('policy set', { ...draft, ...(flags.name === undefined ? {} : { name: flags.name }) }, flags),
    ),
  );
  return 0;
};

/** A policy is not deleted: upgrades say which one they were judged by. */
export const off: Run = (argv, shell) =>
  turn(
    argv,
    shell,
    'off',
    'Switches a policy off: it then applies to no router. It is kept, for upgrades were judged by it.',
  );

export const on: Run = (argv, shell) => turn(argv, shell, 'on', 'Switches a policy on again.');

async function turn(argv: readonly string[], shell: Shell, word: 'on' | 'off', purpose: string): Promise<number> {
  const { flags, operands } = readCommandLine(argv, {
    name: `policy ${word}`,
    operands: 'ID',
    count: [1, 1],
    purpose: `${purpose} Takes the role admin. Audited.`,
    flags: commonFlags,
    examples: [`policy ${word} 14 --dry-run`],
  });
  await change(shell, flags, (find) => find(operands[0] ?? '', (draft) => ({ ...draft, isActive: word === 'on' })));
  return 0;
}

type Find = (id: string, next: (draft: PolicyDraft) => PolicyDraft) => Promise<PolicyChange>;

async function change(
  shell: Shell,
  flags: Pick<PolicyFlags, 'dryRun' | 'json'>,
  toChange: (find: Find) => Promise<PolicyChange>,
): Promise<void> {
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'change a policy');
    const session = await findSession(context.database, context.settings);
    const membership = startMembership(session, context.settings.organization);
    const actor = actorIn(session, membership, 'admin', 'change a policy');
    const scope = context.database.organization(membership.organizationId);
    const wanted = await toChange(async (id, next) => {
      const policy = (await getPolicy(scope, id)) ?? missing(id, membership.slug);
      return { kind: 'set', id: policy.id, version: policy.version, draft: next(draftOf(policy)) };
    });
    const preview = await previewPolicy(scope, wanted);
    const saved = flags.dryRun === true ? null : await savePolicy(scope, actor, wanted);
    if (flags.json === true) print(shell.stdout, JSON.stringify({ id: saved?.id ?? null, preview }));
    else {
      const said =
        saved === null ? 'Nothing is written (--dry-run).' : `Policy #${saved.id} of ${membership.slug} is saved.`;
      print(shell.stdout, ...previewLines(preview), said);
    }
  } finally {
    await context.close();
  }
}

function missing(id: string, slug: string): Policy {
  throw new UserError(`There is no policy ${cleanLine(id).slice(0, 40)} in ${slug}; see netup-tui policy list.`);
}
