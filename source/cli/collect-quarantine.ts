import type { QuarantineEntry } from '../postgres/quarantine.ts';
import { clearQuarantine, listQuarantine } from '../postgres/quarantine.ts';
import { plural } from '../console/format/numbers.ts';
import { cleanLine } from '../model/text.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { actorIn, findSession, startMembership } from './session.ts';
import { print, type Run } from './shell.ts';
import { textTable } from './text-table.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'collect quarantine',
    purpose:
      'Lists what collectors read of your organization and did not believe: values that cannot be, points with tags of others, routers that the ' +
      'inventory does not have. One line for each thing that is wrong with a router, the newest first, with the newest example.',
    flags: {
      router: { type: 'string', placeholder: 'ID', help: 'only of this router' },
      clear: { type: 'boolean', help: 'forget what is listed; takes the role operator, audited' },
      json: { type: 'boolean', help: 'print JSON' },
    },
    examples: ['collect quarantine', 'collect quarantine --router core-r1 --json', 'collect quarantine --clear'],
  });
  const context = openContext(shell.env);
  try {
    const session = await findSession(context.database, context.settings);
    const membership = startMembership(session, context.settings.organization);
    const scope = context.database.organization(membership.organizationId);
    const routerId = flags.router ?? null;
    if (flags.clear === true) {
      refuseIfReadOnly(context, 'clear the quarantine');
      const actor = actorIn(session, membership, 'operator', 'clear the quarantine');
      const cleared = await clearQuarantine(scope, actor, routerId);
      print(shell.stdout, `${plural(cleared, 'entry', 'entries')} forgotten in ${membership.slug}.`);
      return 0;
    }
    const entries = (await listQuarantine(scope)).filter((entry) => routerId === null || entry.routerId === routerId);
    if (flags.json === true) print(shell.stdout, JSON.stringify(entries.map(toJson)));
    else if (entries.length === 0) print(shell.stdout, `Nothing is in quarantine in ${membership.slug}.`);
    else
      print(
        shell.stdout,
        ...textTable([['LAST', 'COUNT', 'ROUTER', 'WHAT', 'REASON', 'EXAMPLE'], ...entries.map(toCells)]),
      );
    return 0;
  } finally {
    await context.close();
  }
};

function toJson({ firstSeenAt, lastSeenAt, ...entry }: QuarantineEntry): object {
  return { ...entry, firstSeenAt: timeOf(firstSeenAt), lastSeenAt: timeOf(lastSeenAt) };
}

function toCells({ lastSeenAt, count, routerId, field, reason, sample }: QuarantineEntry): readonly string[] {
  return [timeOf(lastSeenAt).slice(0, 19), String(count), routerId, field, reason, sample.slice(0, 60)].map(cleanLine);
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
