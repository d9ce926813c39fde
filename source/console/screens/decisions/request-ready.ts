import type { RouterDecision } from '../../../agent/decide.ts';
import type { Command } from '../../commands/command.ts';
import { plural } from '../../format/numbers.ts';
import type { ConsoleServices } from '../../services.ts';
import { wizardRoute } from '../routes.ts';

const MOST_AT_ONCE = 1000;

/** Opens the wizard with the routers that the decisions approve. */
export function requestReadyCommand(
  prefix: string,
  routeId: string,
  decisionsOf: (services: ConsoleServices) => readonly RouterDecision[],
): Command {
  const ready = (services: ConsoleServices): readonly string[] =>
    decisionsOf(services)
      .filter(({ verdict, router }) => verdict === 'approve' && router.openUpgrade === null)
      .map(({ routerId }) => routerId);
  return {
    id: `${prefix}.upgrade`,
    title: 'upgrade the ready',
    description: 'Request upgrades of the routers here that are to be approved',
    keys: ['u'],
    category: 'Upgrade',
    scope: [routeId],
    hint: 3,
    dangerous: true,
    requiredRole: 'operator',
    disabledReason: (services) =>
      decisionsOf(services).some(({ verdict }) => verdict === 'approve') ? null : 'No router here is to be approved.',
    run(services) {
      const ids = ready(services);
      const request = (): void => services.navigation.push(wizardRoute.to({ routerIds: ids.slice(0, MOST_AT_ONCE) }));
      if (ids.length <= MOST_AT_ONCE) {
        request();
        return;
      }
      services.dialogs.open({
        title: `${plural(ids.length, 'router')} are ready`,
        lines: [`At most ${plural(MOST_AT_ONCE, 'router')} can be requested at once: the first ones by host name.`],
        confirm: { title: 'request those', run: request },
      });
    },
  };
}
