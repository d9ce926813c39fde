import type { Command } from '../../commands/command.ts';
import { outputRoute, planRoute, upgradeRoute } from '../routes.ts';
import type { FindUpgrade } from './decision-commands.ts';

/** What opens the upgrade under the cursor of a list. */
export function openUpgradeCommand(prefix: string, scope: readonly string[], find: FindUpgrade): Command {
  return {
    id: `${prefix}.open`,
    title: 'open',
    description: 'Steps, gates and history of the upgrade',
    keys: ['enter'],
    category: 'Upgrade',
    scope,
    hint: 1,
    when: (services) => find(services) !== undefined,
    run(services) {
      const upgrade = find(services);
      if (upgrade !== undefined) services.navigation.push(upgradeRoute.to({ upgradeId: upgrade.id }));
    },
  };
}

/** What leads on from an upgrade: the same keys wherever one is in sight. */
export function openingCommands(prefix: string, scope: readonly string[], find: FindUpgrade): readonly Command[] {
  return [
    {
      id: `${prefix}.output`,
      title: 'output',
      description: 'What the device prints, as it comes; that you read it is in the audit trail',
      keys: ['o'],
      category: 'Upgrade',
      scope,
      hint: 9,
      requiredRole: 'operator',
      when: (services) => find(services) !== undefined,
      disabledReason: (services) =>
        find(services)?.startedAt === null ? 'It was not begun, so its device printed nothing yet.' : null,
      run(services) {
        const upgrade = find(services);
        if (upgrade !== undefined)
          services.navigation.push(outputRoute.to({ upgradeId: upgrade.id, routerId: upgrade.routerId }));
      },
    },
    {
      id: `${prefix}.plan`,
      title: 'plan',
      description: 'The waves of the plan that it goes in: approve the next one, stop it, let it go on',
      keys: ['w'],
      category: 'Upgrade',
      scope,
      hint: 10,
      when: (services) => find(services) !== undefined,
      disabledReason: (services) =>
        find(services)?.plan === null ? 'It goes in no plan: it was requested without waves.' : null,
      run(services) {
        const upgrade = find(services);
        if (upgrade !== undefined)
          services.navigation.push(planRoute.to({ upgradeId: upgrade.id, batchId: upgrade.batchId }));
      },
    },
  ];
}
