import { cleanLine } from '../../model/text.ts';
import type { ConsoleServices } from '../services.ts';

/** Asks which of the operator's organizations to work in. */
export function chooseOrganization(services: ConsoleServices): void {
  const { memberships } = services.context;
  const current = services.membership().organizationId;
  services.dialogs.open({
    title: 'Work in another organization',
    lines: ['Marks, filters and unsent requests of this organization are forgotten.'],
    choices: memberships.map(({ organizationName, role }) => `${cleanLine(organizationName)} (${role})`),
    initialChoice: memberships.findIndex(({ organizationId }) => organizationId === current),
    confirm: {
      title: 'switch',
      run({ choice }) {
        const chosen = memberships[choice];
        if (chosen !== undefined && chosen.organizationId !== current)
          services.switchOrganization(chosen.organizationId);
      },
    },
  });
}
