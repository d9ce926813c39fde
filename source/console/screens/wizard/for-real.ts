import { Temporal } from 'temporal-polyfill';
import type { Upgrade } from '../../../model/upgrade.ts';
import { findForReal, type ForReal } from '../../../upgrades/dry-run/for-real.ts';
import type { Command } from '../../commands/command.ts';
import { messageOf } from '../../commands/run-command.ts';
import { plural } from '../../format/numbers.ts';
import type { ConsoleServices } from '../../services.ts';
import { zoneSlice } from '../../state/session.ts';
import { type TextState, textState } from '../../state/text-state.ts';
import { wizardRoute } from '../routes.ts';
import { openFilled } from './drafts.ts';
import { newForm, type WizardForm } from './state.ts';
import { USUAL_WAVES } from './wave-fields.ts';

/** The command that requests for real what a dry-run was about, wherever one is in sight: the wizard opens, filled in, at the gates. */
export function forRealCommand(
  prefix: string,
  scope: readonly string[],
  find: (services: ConsoleServices) => Upgrade | undefined,
): Command {
  return {
    id: `${prefix}.for-real`,
    title: 'for real',
    description: 'Request for real what this dry-run was about: its routers, images, time and waves',
    keys: ['R'],
    category: 'Upgrade',
    scope,
    hint: 1,
    dangerous: true,
    requiredRole: 'operator',
    when: (services) => find(services)?.dryRun === true,
    disabledReason(services) {
      const upgrade = find(services);
      if (upgrade === undefined || upgrade.status === 'success') return null;
      return `Dry-run ${upgrade.id} is ${upgrade.status.replace('_', ' ')}: only one that went well is requested for real.`;
    },
    async run(services) {
      const upgrade = find(services);
      if (upgrade !== undefined) await openForReal(services, upgrade.id);
    },
  };
}

async function openForReal(services: ConsoleServices, upgradeId: string): Promise<void> {
  try {
    const found = await findForReal(services.scope(), upgradeId);
    const form = filledIn(services, found);
    openFilled(services, form);
    services.navigation.push(wizardRoute.to({ routerIds: form.routerIds }));
    if (found.leftOut.length > 0) {
      services.notify('warn', `${plural(found.leftOut.length, 'router')} left out: no dry-run of them went well.`);
    }
  } catch (error) {
    services.notify('bad', messageOf(error));
  }
}

function filledIn({ store }: ConsoleServices, found: ForReal): WizardForm {
  const { upgrades, schedule, plan, changeReference } = found;
  const zone = store.get(zoneSlice) === 'utc' ? 'UTC' : found.timeZone;
  return {
    ...newForm(upgrades.map(({ routerId }) => routerId)),
    page: 'gates',
    mode: 'real',
    downgrade: found.downgrade,
    chosenImages: new Map(upgrades.flatMap(({ modelId, imageId }) => (modelId === null ? [] : [[modelId, imageId]]))),
    when: schedule.kind,
    ...(schedule.kind === 'at' ? { at: typed(schedule.at, zone) } : {}),
    waves:
      plan === null
        ? { ...USUAL_WAVES, list: textState('') }
        : {
            list: textState(plan.waves.map((wave) => (wave.kind === 'count' ? wave.count : `${wave.upTo}%`)).join(',')),
            pause: textState(String(plan.pauseMinutes)),
            rate: textState(String(plan.successRate)),
            stop: plan.stopAfter === null ? USUAL_WAVES.stop : textState(String(plan.stopAfter)),
            approve: plan.approveWaves,
          },
    changeReference: textState(changeReference ?? ''),
  };
}

/** As the time field reads it. */
function typed(at: Date, timeZone: string): TextState {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  return textState(local.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' '));
}
