import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import type { ConsoleServices } from '../../services.ts';
import { tableCommands } from '../../tables/table-commands.ts';
import { imagesRoute } from '../routes.ts';
import { showFleet } from '../triage/show-fleet.ts';
import type { ImageRow } from './columns.ts';
import { askGolden, showDetails } from './dialogs.ts';
import { currentImage, imagesInSight, imagesListSlice, imagesTable, verifyingSlice } from './state.ts';
import { verifyImage } from './verify.ts';

const scope = [imagesRoute.id];
const base = { category: 'Image', scope } as const;
const hasImage = (services: ConsoleServices): boolean => currentImage(services) !== undefined;
const verifies = ({ store }: ConsoleServices): boolean => store.get(verifyingSlice) !== null;

export const imagesCommands: readonly Command[] = [
  {
    id: 'console.images',
    title: 'images',
    description: 'Firmware images: golden marks, files, and the routers that run them',
    keys: ['F'],
    category: 'Console',
    scope: 'global',
    hint: 84,
    when: ({ navigation }) => navigation.current()?.routeId !== imagesRoute.id,
    run: ({ navigation }) => navigation.push(imagesRoute.to({})),
  },
  ...listCommands({
    prefix: 'images',
    scope,
    read: (services) => ({
      list: services.store.get(imagesListSlice),
      count: imagesTable.rowsShown(services).length,
      height: imagesInSight(services),
    }),
    write: ({ store }, list) => store.set(imagesListSlice, list),
  }),
  ...tableCommands(imagesTable),
  {
    ...base,
    id: 'images.open',
    title: 'details',
    description: 'All that is on record of the image: digests, models, marks, routers, file',
    keys: ['enter'],
    hint: 1,
    when: hasImage,
    run: (services) => withImage(services, (image) => showDetails(services, image)),
  },
  {
    ...base,
    id: 'images.golden',
    title: 'golden',
    description: 'Make it what routers get, in the organization or at a site, for some of its models or all',
    keys: ['m'],
    hint: 2,
    dangerous: true,
    requiredRole: 'admin',
    when: hasImage,
    run: (services) => withImage(services, (image) => askGolden(services, image, true)),
  },
  {
    ...base,
    id: 'images.not-golden',
    title: 'not golden',
    description: "Take the organization's golden mark away from it",
    keys: ['u'],
    hint: 3,
    dangerous: true,
    requiredRole: 'admin',
    when: hasImage,
    disabledReason: (services) =>
      currentImage(services)?.golden.length === 0 ? 'It has no golden mark of your organization.' : null,
    run: (services) => withImage(services, (image) => askGolden(services, image, false)),
  },
  {
    ...base,
    id: 'images.verify',
    title: 'verify',
    description: 'Read its file through and compare it with the record',
    keys: ['v'],
    hint: 4,
    when: hasImage,
    disabledReason(services) {
      if (services.context.imageFolder == null) return 'NETUP_IMAGE_DIR is not set where this console runs.';
      return verifies(services) ? 'A file is being read: wait, or stop it with x.' : null;
    },
    run: (services) => verifyImage(services, services.context.imageFolder ?? ''),
  },
  {
    ...base,
    id: 'images.stop',
    title: 'stop',
    description: 'Stop reading the file',
    keys: ['x'],
    hint: 0,
    when: verifies,
    run: ({ store }) => store.get(verifyingSlice)?.stop(),
  },
  {
    ...base,
    id: 'images.running',
    title: 'run it',
    description: 'The fleet, filtered to the routers of the vendor that run its version',
    keys: ['r'],
    hint: 5,
    when: hasImage,
    run: (services) => showRouters(services, 'version'),
  },
  {
    ...base,
    id: 'images.targeted',
    title: 'target it',
    description: 'The fleet, filtered to the routers of the vendor whose target is its version',
    keys: ['t'],
    hint: 6,
    when: hasImage,
    run: (services) => showRouters(services, 'target'),
  },
];

function withImage(services: ConsoleServices, act: (image: ImageRow) => void): void {
  const image = currentImage(services);
  if (image !== undefined) act(image);
}

async function showRouters(services: ConsoleServices, field: 'version' | 'target'): Promise<void> {
  const image = currentImage(services);
  if (image === undefined) return;
  await showFleet(services, `vendor==${term(image.vendor)} ${field}=${term(image.version)}`);
}

function term(text: string): string {
  return /[\s"]/u.test(text) ? `"${text.replaceAll('"', '')}"` : text;
}
