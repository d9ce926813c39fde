import { cleanLine } from '../model/text.ts';
import { markGolden, unmarkGolden } from '../postgres/golden-images.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { actorIn, findSession, startMembership } from './session.ts';
import { print, type Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'image golden',
    operands: 'FILE',
    count: [1, 1],
    purpose:
      'Makes an image what routers of your organization get unless somebody chooses another one: those of its models, everywhere or at one site. ' +
      "It comes before the mark that all organizations share, and a site's before the organization's. Takes the role admin. Audited.",
    flags: {
      model: {
        type: 'string',
        isMultiple: true,
        placeholder: 'MODEL',
        help: 'only this one of its models; may be repeated',
      },
      site: { type: 'string', placeholder: 'SITE', help: 'only at this site' },
      off: { type: 'boolean', help: 'take the mark away again' },
    },
    examples: ['image golden cat9k_iosxe.17.12.04.SPA.bin', 'image golden cat9k_iosxe.17.09.05.SPA.bin --site ams-1'],
  });
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'mark an image');
    const session = await findSession(context.database, context.settings);
    const membership = startMembership(session, context.settings.organization);
    const actor = actorIn(session, membership, 'admin', 'mark an image');
    const scope = context.database.organization(membership.organizationId);
    const [fileName = ''] = operands;
    const mark = { fileName, models: flags.model ?? [], site: flags.site ?? null };
    const models = await (flags.off === true ? unmarkGolden : markGolden)(scope, actor, mark);
    const where = mark.site === null ? membership.slug : `${membership.slug} at ${mark.site}`;
    const said =
      models.length === 0
        ? `${fileName} had no such mark in ${where}.`
        : `${fileName} is ${flags.off === true ? 'no longer ' : ''}golden for ${models.join(', ')} in ${where}.`;
    print(shell.stdout, cleanLine(said));
    return 0;
  } finally {
    await context.close();
  }
};
