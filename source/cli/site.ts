import { imageUrl } from '../config/values.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { IMAGE_TRANSFERS, type ImageRoute, type ImageTransfer } from '../model/image-route.ts';
import { listSites, setSiteImages } from '../postgres/site-images.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { actorIn, findSession, startMembership } from './session.ts';
import { print, type Run } from './shell.ts';
import { textTable } from './text-table.ts';

const AUTO = 'auto';

export const list: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'site list',
    purpose: 'Lists the sites of your organization, and how their routers get their images.',
    flags: { json: { type: 'boolean', help: 'print a JSON list' } },
    examples: ['site list'],
  });
  const context = openContext(shell.env);
  try {
    const session = await findSession(context.database, context.settings);
    const { organizationId } = startMembership(session, context.settings.organization);
    const sites = await listSites(context.database.organization(organizationId));
    if (flags.json === true) print(shell.stdout, JSON.stringify(sites));
    else if (sites.length === 0) print(shell.stdout, 'There are no sites: they come with the routers of a fleet file.');
    else {
      const rows = sites.map((site) => [
        site.name,
        site.city,
        String(site.routers),
        site.transfer ?? AUTO,
        site.url ?? '-',
      ]);
      print(shell.stdout, ...textTable([['SITE', 'CITY', 'ROUTERS', 'IMAGES', 'FROM'], ...rows]));
    }
    return 0;
  } finally {
    await context.close();
  }
};

export const set: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'site set',
    operands: 'NAME',
    count: [1, 1],
    purpose: 'Sets how the routers of a site get their images, as an admin. Copies that run already go on. Audited.',
    flags: {
      transfer: {
        type: 'string',
        placeholder: 'HOW',
        help: 'pull: they fetch them; push: a worker sends them; auto: they fetch them if a server is known',
      },
      imageUrl: {
        type: 'string',
        placeholder: 'URL',
        help: 'the server at the site: scp://USER@HOST/FOLDER or https://...',
      },
      noImageUrl: { type: 'boolean', help: 'it has no server of its own' },
    },
    examples: [
      'site set ams --transfer push',
      'site set fra --transfer pull --image-url https://images.fra.example.net/fw',
    ],
  });
  const { transfer, imageUrl: url, noImageUrl } = flags;
  const change = {
    ...(transfer === undefined ? {} : { transfer: toTransfer(transfer) }),
    ...urlChange(url, noImageUrl === true),
  };
  if (Object.keys(change).length === 0) wrong('nothing to set: give --transfer, --image-url URL or --no-image-url.');
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'set a site');
    const session = await findSession(context.database, context.settings);
    const membership = startMembership(session, context.settings.organization);
    const actor = actorIn(session, membership, 'admin', 'set a site');
    const name = operands[0] ?? '';
    const route = await setSiteImages(context.database.organization(membership.organizationId), actor, name, change);
    print(shell.stdout, `${name} (${membership.slug}): ${describe(route)}`);
    return 0;
  } finally {
    await context.close();
  }
};

function describe({ transfer, url }: ImageRoute): string {
  const server = url ?? 'the server of NETUP_IMAGE_URL';
  if (transfer === 'push') return 'its routers get their images from a worker.';
  if (transfer === 'pull') return `its routers fetch their images from ${server}.`;
  return url === null
    ? `its routers fetch their images from ${server} if a worker has one, else a worker sends them.`
    : `its routers fetch their images from ${server}.`;
}

function toTransfer(written: string): ImageTransfer | null {
  if (written === AUTO) return null;
  const transfer = IMAGE_TRANSFERS.find((one) => one === written);
  return transfer ?? wrong(`--transfer is pull, push or auto, and not ${quoted(written, 40)}.`);
}

function urlChange(written: string | undefined, none: boolean): { url?: string | null } {
  if (written !== undefined && none) wrong('--image-url and --no-image-url contradict each other.');
  if (none) return { url: null };
  if (written === undefined) return {};
  const { data, error } = imageUrl.safeParse(written);
  // The address is not repeated: it may have a password in it.
  return data === undefined
    ? wrong(`the address of --image-url ${error?.issues[0]?.message ?? 'is none'}.`)
    : { url: data };
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui site set: ${fault}`, { exitCode: 2 });
}
