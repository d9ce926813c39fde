import { randomUUID } from 'node:crypto';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { bestImage } from '../model/best-image.ts';
import type { FirmwareImage } from '../model/image.ts';
import type { Router } from '../model/router.ts';
import type { ScheduleChoice } from '../model/schedule.ts';
import { cleanLine } from '../model/text.ts';
import { imagesForModel } from '../postgres/images.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { findRouter } from '../postgres/routers.ts';
import { findForReal } from '../upgrades/dry-run/for-real.ts';
import { type RequestOutcome, requestUpgrades, type UpgradeRequest } from '../upgrades/request.ts';
import { readCommandLine } from './command-line.ts';
import { openContext, openTelemetry } from './context.ts';
import { routersOfFilter } from './decide-routers.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { readTime } from './read-time.ts';
import { actorIn, findSession, startMembership } from './session.ts';
import { print, type Run, type Shell } from './shell.ts';
import { readPlan, WAVE_FLAGS } from './wave-flags.ts';

const NAME = 'upgrades request';
const MOST_HOSTS = 1000;

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: NAME,
    operands: 'HOST...',
    count: [0, MOST_HOSTS],
    purpose:
      'Requests the upgrade of routers, as the wizard does: all of them or none. Each gets the golden image of its target version unless ' +
      'one is named. Somebody else has to approve, unless it is a dry-run.',
    flags: {
      filter: {
        type: 'string',
        placeholder: 'EXPR',
        help: 'instead of HOST: the routers that the fleet of the console would show, by host name',
      },
      image: { type: 'string', placeholder: 'FILE', help: 'the file name of the image for all of them' },
      downgrade: { type: 'boolean', help: 'the image may be older than what runs: to go back; needs --image' },
      at: { type: 'string', placeholder: 'TIME', help: 'when to begin, such as 2026-12-01T02:00Z; now if left out' },
      window: { type: 'boolean', help: "begin in the next window of each router's policy" },
      despiteBlackout: {
        type: 'boolean',
        help: 'ask although a blackout holds: it begins after that, or when an admin approves it as an emergency',
      },
      dryRun: {
        type: 'boolean',
        help: 'go through it at once and change nothing on the devices; the time and the waves are kept for the request for real',
      },
      forReal: {
        type: 'string',
        placeholder: 'ID',
        help: 'request for real what dry-run ID was about: its routers, images, time and waves, instead of HOST',
      },
      ...WAVE_FLAGS,
      reference: { type: 'string', placeholder: 'TEXT', help: 'number of the change or ticket' },
      reason: { type: 'string', placeholder: 'TEXT', help: 'why, for the audit trail' },
      key: {
        type: 'string',
        placeholder: 'UUID',
        help: 'the same key again gives the first outcome, not a second request',
      },
      json: { type: 'boolean', help: 'print the outcome as JSON' },
    },
    examples: [
      'upgrades request core-r1 --window --reference CHG0042',
      'upgrades request edge-r1 edge-r2 --at 2026-12-01T02:00Z',
      'upgrades request edge-r1 edge-r2 edge-r3 --waves 1,100% --pause 60',
      'upgrades request --filter "site=ams ready=ready" --waves 1,10%,100% --window',
      'upgrades request core-r1 --dry-run',
      'upgrades request --for-real 42',
    ],
  });
  const plan = readPlan(flags);
  const schedule = toSchedule(flags.at, flags.window === true);
  checkKind(flags, operands);
  if (flags.downgrade === true && flags.image === undefined) wrong('--downgrade needs --image: name the older image.');
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'request an upgrade');
    const session = await findSession(context.database, context.settings);
    const membership = startMembership(session, context.settings.organization);
    const actor = actorIn(session, membership, 'operator', 'request an upgrade');
    const scope = context.database.organization(membership.organizationId);
    const telemetry = await openTelemetry(context);
    const ofFilter = { now: new Date(), command: NAME };
    const routers = (): Promise<readonly Router[]> =>
      flags.filter === undefined
        ? findRouters(scope, operands, membership.slug)
        : routersOfFilter(scope, telemetry, flags.filter, ofFilter);
    const wanted =
      flags.forReal === undefined
        ? await toRequest(scope, atMost(await routers()), flags.image)
        : await fromDryRun(scope, flags.forReal, shell);
    const outcome = await requestUpgrades({ scope, telemetry, now: () => new Date() }, actor, {
      ...wanted,
      ...(schedule === null ? {} : { schedule }),
      idempotencyKey: flags.key ?? randomUUID(),
      ...(plan === null ? {} : { plan }),
      ...(flags.despiteBlackout === true ? { despiteBlackout: true } : {}),
      ...(flags.dryRun === true ? { dryRun: true } : {}),
      ...(flags.downgrade === true ? { downgrade: true } : {}),
      ...(flags.reference === undefined ? {} : { changeReference: flags.reference }),
      ...(flags.reason === undefined ? {} : { reason: flags.reason }),
    });
    if (flags.json === true) print(shell.stdout, JSON.stringify(outcome));
    else print(shell.stdout, ...describe(outcome));
    return 0;
  } finally {
    await context.close();
  }
};

function describe({ dryRun, upgrades, repeated }: RequestOutcome): readonly string[] {
  const again = repeated ? ' (it was before)' : '';
  const what = dryRun ? 'Dry-run' : 'Upgrade';
  const [first] = upgrades;
  return [
    ...upgrades.map(({ upgradeId, hostname }) => {
      return `${what} ${upgradeId} of ${cleanLine(hostname)} is requested${again}.`;
    }),
    ...(dryRun && first !== undefined
      ? [
          'It begins when a worker has a place, changes nothing on the device, and nobody has to approve it.',
          `When it went well: netup-tui upgrades request --for-real ${first.upgradeId}`,
        ]
      : []),
  ];
}

interface Kind {
  readonly filter?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly forReal?: string | undefined;
  readonly image?: string | undefined;
}

function checkKind({ filter, dryRun, forReal, image }: Kind, hosts: readonly string[]): void {
  if (forReal === undefined) {
    if (hosts.length > 0 && filter !== undefined) wrong('HOST and --filter contradict each other.');
    if (hosts.length === 0 && filter === undefined)
      wrong('it takes HOST..., --filter EXPR, or --for-real with the number of a dry-run.');
    return;
  }
  if (dryRun === true) wrong('--dry-run and --for-real contradict each other.');
  if (hosts.length > 0 || image !== undefined || filter !== undefined)
    wrong('--for-real has its routers and images from the dry-run.');
}

/** Refuses more than one request may have before images are looked up for them; and none. */
function atMost(routers: readonly Router[]): readonly Router[] {
  if (routers.length === 0) throw new UserError('The filter keeps no router, so there is nothing to request.');
  if (routers.length <= MOST_HOSTS) return routers;
  throw new UserError(`The filter keeps ${routers.length} routers, and one request may have ${MOST_HOSTS}: narrow it.`);
}

type Wanted = Pick<UpgradeRequest, 'routerIds' | 'imageIds' | 'schedule' | 'changeReference' | 'plan' | 'downgrade'>;

async function toRequest(
  scope: OrganizationScope,
  routers: readonly Router[],
  image: string | undefined,
): Promise<Wanted> {
  const imageIds = await chooseImages(scope, routers, image);
  return { routerIds: routers.map(({ id }) => id), imageIds, schedule: { kind: 'now' } };
}

async function fromDryRun(scope: OrganizationScope, id: string, { stderr }: Shell): Promise<Wanted> {
  if (!/^\d{1,18}$/u.test(id)) wrong(`--for-real takes the number of a dry-run, not ${quoted(id, 40)}.`);
  const { upgrades, schedule, changeReference, plan, downgrade, leftOut } = await findForReal(scope, id);
  if (leftOut.length > 0) {
    print(
      stderr,
      `Left out, since their dry-run did not go well or is not over: ${leftOut.map(cleanLine).join(', ')}.`,
    );
  }
  return {
    routerIds: upgrades.map(({ routerId }) => routerId),
    imageIds: new Map(upgrades.map(({ routerId, imageId }) => [routerId, imageId])),
    schedule,
    ...(changeReference === null ? {} : { changeReference }),
    ...(plan === null ? {} : { plan }),
    ...(downgrade ? { downgrade } : {}),
  };
}

/** Null: none is named. */
function toSchedule(at: string | undefined, window: boolean): ScheduleChoice | null {
  if (at !== undefined && window) wrong('--at and --window contradict each other.');
  if (window) return { kind: 'window' };
  if (at === undefined) return null;
  const time = readTime(at) ?? wrong('--at must be a time with its zone, for example --at 2026-12-01T02:00Z.');
  return { kind: 'at', at: time };
}

async function findRouters(
  scope: OrganizationScope,
  hosts: readonly string[],
  slug: string,
): Promise<readonly Router[]> {
  return Promise.all(
    [...new Set(hosts)].map(async (host) => {
      const router = await findRouter(scope, host);
      if (router === null) throw new UserError(`There is no router "${cleanLine(host).slice(0, 80)}" in ${slug}.`);
      return router;
    }),
  );
}

async function chooseImages(
  scope: OrganizationScope,
  routers: readonly Router[],
  file: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const chosen = routers.map(async (router) => {
    const images = router.modelId === null ? [] : await imagesForModel(scope, router.modelId);
    const image = file === undefined ? bestImage([router], images) : images.find(({ fileName }) => fileName === file);
    return [router.id, imageOrFault(image, router, file).id] as const;
  });
  return new Map(await Promise.all(chosen));
}

function imageOrFault(
  image: FirmwareImage | null | undefined,
  router: Router,
  file: string | undefined,
): FirmwareImage {
  if (image !== null && image !== undefined) return image;
  const what = file === undefined ? 'no image' : `no image "${cleanLine(file).slice(0, 120)}"`;
  throw new UserError(`There is ${what} for the model of ${cleanLine(router.hostname)}.`);
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui ${NAME}: ${fault}`, { exitCode: 2 });
}
