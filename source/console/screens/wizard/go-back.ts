import type { FirmwareImage } from '../../../model/image.ts';
import { cleanLine } from '../../../model/text.ts';
import type { Upgrade } from '../../../model/upgrade.ts';
import { sameVersion } from '../../../model/version.ts';
import { imagesForModel } from '../../../postgres/images.ts';
import { getRouters } from '../../../postgres/routers.ts';
import type { Command } from '../../commands/command.ts';
import { messageOf } from '../../commands/run-command.ts';
import type { ConsoleServices } from '../../services.ts';
import { wizardRoute } from '../routes.ts';
import { openFilled } from './drafts.ts';
import { newForm } from './state.ts';

/** The command that asks to go back after an upgrade that was committed: a request of its own, with the image of what ran before. */
export function goBackCommand(
  prefix: string,
  scope: readonly string[],
  find: (services: ConsoleServices) => Upgrade | undefined,
): Command {
  return {
    id: `${prefix}.go-back`,
    title: 'go back',
    description: 'Request the version that ran before this upgrade; somebody else approves it, as any other',
    keys: ['r'],
    category: 'Upgrade',
    scope,
    hint: 3,
    dangerous: true,
    requiredRole: 'operator',
    when(services) {
      const upgrade = find(services);
      return upgrade?.status === 'success' && !upgrade.dryRun;
    },
    async run(services) {
      const upgrade = find(services);
      if (upgrade !== undefined) await openGoBack(services, upgrade);
    },
  };
}

async function openGoBack(services: ConsoleServices, { routerId, hostname, fromVersion }: Upgrade): Promise<void> {
  try {
    const [router] = await getRouters(services.scope(), [routerId]);
    const images = router?.modelId == null ? [] : await imagesForModel(services.scope(), router.modelId);
    const image = images.find(({ version }) => sameVersion(router?.platform ?? null, version, fromVersion));
    if (router?.modelId == null || image === undefined) {
      services.notify(
        'bad',
        `There is no image of ${cleanLine(fromVersion)} for ${cleanLine(hostname)} on record: add it with netup-tui image add.`,
      );
      return;
    }
    openWizard(services, routerId, router.modelId, image);
  } catch (error) {
    services.notify('bad', messageOf(error));
  }
}

function openWizard(services: ConsoleServices, routerId: string, modelId: string, { id }: FirmwareImage): void {
  openFilled(services, { ...newForm([routerId]), downgrade: true, chosenImages: new Map([[modelId, id]]) });
  services.navigation.push(wizardRoute.to({ routerIds: [routerId] }));
}
